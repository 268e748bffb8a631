"""What a sweep compares: numbers of the rows that are held out for validation."""

import keras
import keras_tuner
import numpy as np

from kerasdeep.recipes.runs.answers import ask
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.recipes.tasks.likelihood import has_likelihood, measure_likelihood

LIKELIHOOD = "val_log_likelihood"
DIRECTIONS = {
    "val_accuracy": "max",
    "val_cross_entropy": "min",
    "val_loss": "min",
    "val_reconstruction_error": "min",
    "val_pseudo_log_likelihood": "max",
    "val_lower_bound": "max",
    LIKELIHOOD: "max",
}


def chosen_objective(own: str, options: TuneOptions) -> keras_tuner.Objective:
    """Returns what a sweep is told to make best, or what is usual for the task.

    Raises:
        ValueError: for a name that does not say its direction.
    """
    name = options.objective or own
    direction = options.direction or DIRECTIONS.get(name)
    if direction is None:
        raise ValueError(
            f"Expected an objective: {', '.join(DIRECTIONS)}; or another number of the validation "
            f"rows with --direction. Received: {name!r}."
        )
    return keras_tuner.Objective(name, direction)


def measured(model: keras.Model, job: Job, objective: str, temperatures: int) -> dict[str, float]:
    """Returns what `evaluate` says of the validation rows, each name beginning with `val_`.

    Args:
        model: a trained model.
        job: its `Job`.
        objective: the log-likelihood, which takes long, is measured where it is this: exactly of
            small models; else by annealing, and the lower of the forward and the reverse estimate.
        temperatures: of annealed importance sampling.

    Raises:
        ValueError: for an objective that the model does not have.
    """
    validation = job.images.validation
    batches = validation.batches(1000, labels=ask(model).learns_from_labels)
    found = model.evaluate(batches, verbose=0, return_dict=True)
    found = {f"val_{name}": float(value) for name, value in found.items()}
    if objective == LIKELIHOOD:
        rows = validation.images()
        if hasattr(model, "undirected_part") and has_likelihood(model, rows):
            likelihood = measure_likelihood(model, job.rows, rows, temperatures)
            found[LIKELIHOOD] = float(np.min([one.mean for one in likelihood.values()]))
    if objective not in found:
        raise ValueError(
            f"Expected an objective that the model has: {', '.join(found)}. Received: "
            f"{objective!r}."
        )
    return found
