"""Lower bounds of the log-likelihood of test rows, under directed networks."""

from typing import Any

import keras
import numpy as np

from kerasdeep.likelihood import importance_log_likelihood, lower_bound
from kerasdeep.models import SigmoidBeliefNetwork, VariationalAutoencoder
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.tasks.likelihood import has_likelihood

DRAWS = 10  # of the layers above each test row
ROWS_WEIGHED, WEIGHTS = 1_000, 200  # for a tighter bound


def is_directed(model: keras.Model) -> bool:
    """Returns whether a model draws data from the top down, and bounds its likelihood."""
    return isinstance(model, SigmoidBeliefNetwork | VariationalAutoencoder)


def measure_bounds(
    model: SigmoidBeliefNetwork | VariationalAutoencoder, images: Images, seed: int
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns a bound of many draws and, of a variational autoencoder, a tighter one.

    Args:
        model: a trained network.
        images: the data set.
        seed: seed of what is drawn.

    Returns:
        `(metrics, table)`: a dict, empty for grey levels, and rows to print.
    """
    rows = images.test.images()
    if not has_likelihood(model, rows):
        about = "of grey levels; --binarize stochastic draws them as 0 or 1"
        return {}, [("test log-likelihood bound", "none", about)]
    model.seed_chains(seed)
    bounds = np.mean([lower_bound(model, rows, 0.0) for _ in range(DRAWS)], axis=0)
    error = float(bounds.std() / np.sqrt(len(bounds)))
    about = f"nats an example, +- {error:.2f} of the test set"
    table = [("test log-likelihood bound", f"{bounds.mean():.2f}", about)]
    metrics = {"log_likelihood_bound": float(bounds.mean())}
    if isinstance(model, VariationalAutoencoder):
        some, _ = images.test.rows(ROWS_WEIGHED)
        tight = float(importance_log_likelihood(model, some, WEIGHTS).mean())
        metrics["log_likelihood_by_importance"] = tight
        about = f"nats, {WEIGHTS} draws for each of {len(some)} test rows"
        table.append(("by importance sampling", f"{tight:.2f}", about))
    return metrics, table
