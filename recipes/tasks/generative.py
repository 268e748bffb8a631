"""Task: an RBM learns without labels; how well it explains test rows, and what it dreams."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep.callbacks import Pictures
from kerasdeep.recipes import gallery
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks.likelihood import (
    has_likelihood,
    likelihood_rows,
    measure_likelihood,
    recorded,
)
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVES = (
    "val_pseudo_log_likelihood",
    "val_log_likelihood",
    "val_reconstruction_error",
    "val_loss",
)


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set: labels are not looked at."""
    return options.load()


def train(entry: Entry, job: Job) -> Trained:
    """Returns the RBM that `entry.build(rows, total_steps, seed)` makes, trained."""
    # Reconstruction error falls while a model may get worse; the free-energy gap tells overfitting.
    pictures = Pictures(job.run.logs, job.rows[:20], job.images.image_shape)
    return job.fit_entry(entry, callbacks=[pictures])


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns errors and likelihoods of the test rows.

    A model that knows nothing of a pixel but its mean is the yardstick: what the hidden units
    explain is the difference.
    """
    model, history, seconds = trained
    test = measured(model, job.images.test)
    test_rows = job.images.test.images()
    mean_error = float(np.square(test_rows - job.rows.mean(axis=0)).sum(axis=1).mean())
    likelihood = {}
    if has_likelihood(model, test_rows):
        likelihood = measure_likelihood(model, job.rows, test_rows, entry.temperatures)
    metrics = {
        "test": {**test, "reconstruction_error_of_the_mean": mean_error},
        "test_log_likelihood": recorded(likelihood),
        "history": history,
        "seconds": seconds,
    }
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        ("the same, of the mean image", f"{mean_error:.3f}", "squared, an example"),
        ("test pseudo-log-likelihood", f"{test['pseudo_log_likelihood']:.2f}", "nats an example"),
        *likelihood_rows(likelihood, model.bounds_likelihood),
        trained.time(entry.epochs),
    ]
    if "free_energy_gap" in history:
        gap = history["free_energy_gap"][-1]
        table.append(("free-energy gap, validation", f"{gap:.2f}", "nats an example"))
    return metrics, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, reconstructions, fantasies and learning curves."""
    return gallery.generative_figures(trained.model, job.images, trained.history)
