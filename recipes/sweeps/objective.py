"""What a sweep compares: numbers of the rows that are held out for validation."""

from collections.abc import Sequence

import keras
import keras_tuner
import numpy as np

from kerasdeep.recipes.drawings import distance_of_drawings
from kerasdeep.recipes.retrieval import precision_of_bits
from kerasdeep.recipes.runs.answers import ask
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.recipes.tasks.likelihood import (
    has_likelihood,
    has_partition_function,
    measure_likelihood,
)
from kerasdeep.training.monitors import direction_of

LIKELIHOOD = "val_log_likelihood"
FRECHET = "val_frechet_distance"
PRECISION = "val_precision"
AT_THE_END = (LIKELIHOOD, PRECISION)  # not after every epoch


def chosen_objective(possible: Sequence[str], options: TuneOptions) -> keras_tuner.Objective:
    """Returns what a sweep is told to make best.

    Args:
        possible: names that there are, the usual one first.
        options: `TuneOptions`.

    Raises:
        ValueError: for another name, or patience with what is measured at the end alone.
    """
    name = options.objective or possible[0]
    if name not in possible:
        raise ValueError(f"Expected an objective: {', '.join(possible)}. Received: {name!r}.")
    if options.patience and name in AT_THE_END:
        raise ValueError(
            "--patience needs an objective that is measured after every epoch. Received: "
            f"{name}. Leave --patience out, or choose another objective."
        )
    return keras_tuner.Objective(name, options.direction or direction_of(name))


def measured(model: keras.Model, job: Job, objective: str, temperatures: int) -> dict[str, float]:
    """Returns what `evaluate` says of the validation rows, each name beginning with `val_`.

    Args:
        model: a trained model.
        job: its `Job`.
        objective: the log-likelihood, which takes long, is measured where it is this: exactly of
            small models; else by annealing, and the lower of the forward and the reverse estimate.
        temperatures: of annealed importance sampling.

    Raises:
        ValueError: for the log-likelihood of data that has none.
    """
    validation = job.images.validation
    batches = validation.batches(1000, labels=ask(model).learns_from_labels)
    found = model.evaluate(batches, verbose=0, return_dict=True)
    found = {f"val_{name}": float(value) for name, value in found.items()}
    if objective == FRECHET:
        found[FRECHET] = distance_of_drawings(model, validation.rows()[0], job.images)
    if objective == PRECISION:
        found[PRECISION] = precision_of_bits(model, job.images)
    if objective == LIKELIHOOD:
        rows = validation.images()
        if has_partition_function(model) and has_likelihood(model, rows):
            likelihood = measure_likelihood(model, job.rows, rows, temperatures)
            found[LIKELIHOOD] = float(np.min([one.mean for one in likelihood.values()]))
        else:
            raise ValueError(
                f"{LIKELIHOOD} is for a Boltzmann machine or a deep belief network, and data that "
                "its units can draw. Received: other data. Pass --binarize stochastic."
            )
    return found
