"""How probable an RBM finds test rows: exactly where it is small, else by annealing."""

import sys
from math import isfinite

import keras
import numpy as np

from kerasdeep.likelihood import (
    Estimate,
    annealed_importance_sampling,
    exact_log_partition,
    log_likelihood,
)
from kerasdeep.likelihood.exact import MAX_STATES, num_states
from kerasdeep.models import RBM


def has_likelihood(model: RBM, rows: np.ndarray) -> bool:
    """Returns whether rows have one: grey levels that stand for probabilities have none."""
    return model.visible_unit.name != "bernoulli" or bool(np.isin(rows, (0, 1)).all())


def has_partition_function(model: keras.Model) -> bool:
    """Returns whether a model has one, that of an RBM within it: directed models have none."""
    return hasattr(model, "undirected_part") and model.undirected_part(None)[0] is not None


def measure_likelihood(
    rbm: RBM, train_rows: np.ndarray, test_rows: np.ndarray, num_temperatures: int
) -> dict[str, Estimate]:
    """Returns the mean log-likelihood of test rows under an RBM.

    Args:
        rbm: a trained `RBM`.
        train_rows: where the base model of the annealing, and its reverse passes, start.
        test_rows: rows to measure.
        num_temperatures: of annealed importance sampling with 100 chains.

    Returns:
        Dict from the way that the partition function was found, `"exact"` for small models, else
        `"forward"` and `"reverse"`, to the `Estimate` of the mean log-likelihood, in nats.
    """
    unnormalized = float(log_likelihood(rbm, test_rows, 0.0).mean())
    if _is_small(rbm):
        mean = unnormalized - exact_log_partition(rbm)
        return {"exact": Estimate(mean, mean, mean)}
    found = {}
    for name in ("forward", "reverse"):
        log_z = annealed_importance_sampling(
            rbm,
            train_rows,
            num_temperatures,
            reverse=name == "reverse",
            verbose=int(sys.stdout.isatty()),
        )
        found[name] = Estimate(*(unnormalized - log_z[end] for end in (0, 2, 1)))
    return found


def _is_small(rbm):
    rbm, _ = rbm.undirected_part(None)
    sides = (rbm.visible, rbm.visible_bias), (rbm.hidden, rbm.hidden_bias)
    return min(num_states(unit, bias.shape[0]) for unit, bias in sides) <= MAX_STATES


def recorded(found: dict[str, Estimate]) -> dict[str, dict[str, float | None]]:
    """Returns what `measure_likelihood` found as JSON has it: None for an end that is open."""
    return {
        way: {end: value if isfinite(value) else None for end, value in estimate._asdict().items()}
        for way, estimate in found.items()
    }


def likelihood_rows(found: dict[str, Estimate], bounds: bool = False) -> list[tuple[str, str, str]]:
    """Returns rows to print for what `measure_likelihood` found: likelihoods, or lower bounds."""
    what = "test log-likelihood bound" if bounds else "test log-likelihood"
    names = {"exact": "exact", "forward": "AIS", "reverse": "reverse AIS"}
    return [
        (
            f"{what}, {names[way]}",
            f"{estimate.mean:.2f}",
            f"nats an example, {estimate.low:.2f} to {estimate.high:.2f}".replace(
                "to inf", "and up"
            )
            if way != "exact"
            else "nats an example",
        )
        for way, estimate in found.items()
    ]
