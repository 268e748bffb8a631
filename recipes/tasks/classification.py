"""Task: a classification RBM learns labels; its error, and digits drawn by their label."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.answers import validation_error
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES_A_CLASS = 8
STEPS = 500
OBJECTIVES = ("val_accuracy", "val_cross_entropy", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels."""
    return options.load().labelled(entry.name)


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed, num_classes)` makes, trained."""
    return job.fit_entry(entry, job.images.num_classes)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the error and the cross-entropy of the test rows."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    table = [
        ("test error", f"{100 * test['error']:.2f} %", "of all test rows"),
        ("test cross-entropy", f"{test['cross_entropy']:.4f}", "nats an example"),
        trained.time(entry.epochs),
    ]
    table += validation_error(history)
    return {"test": test, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters and learning curves, and samples of every class of a generative model."""
    model, shape = trained.model, job.images.image_shape
    (num_visible,) = model.row_shape
    figures = {
        "filters": pictures.filters(model.joint.kernel[:num_visible], shape),
        "learning_curves": pictures.learning_curves(trained.history),
    }
    # The chains of a model that mostly learned to discriminate leave what looks like the data.
    if model.generative > model.discriminative:
        labels = np.tile(np.arange(model.num_classes), SAMPLES_A_CLASS)
        drawn = np.asarray(model.sample(labels=labels, steps=STEPS, mean=True))
        grid = pictures.image_grid(drawn, shape, columns=model.num_classes)
        figures["by_label"] = pictures.grid_figure(grid, "Drawn by label")
    return figures
