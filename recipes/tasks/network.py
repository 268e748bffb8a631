"""Task: a feed-forward network learns labels; its error, and what it got wrong."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import StopOnDivergence
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.network_gallery import convolutional_figures
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.answers import validation_error, without_views
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MISTAKES = 60
MOST_IMAGES = 2_000  # to look for what excites a unit
OBJECTIVES = ("val_accuracy", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels, its rows as the network takes them."""
    images = options.load().labelled(entry.name)
    return images.unflattened() if entry.takes_images else images


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed, num_classes)` makes, trained."""
    return job.fit_entry(entry, job.images.num_classes, callbacks=[StopOnDivergence()])


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the error and the cross-entropy of the test rows."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    num_weights = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    table = [
        ("test error", f"{100 * test['error']:.2f} %", "of all test rows"),
        ("test loss", f"{test['loss']:.4f}", "nats an example, cross-entropy"),
        trained.time(entry.epochs),
        ("weights", f"{num_weights:,}", "numbers that were learned"),
    ]
    table += validation_error(history)
    metrics = {"test": test, "num_weights": num_weights}
    return {**metrics, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, learning curves, and test images that were named wrong."""
    network = without_views(trained.model)
    probabilities = trained.model.predict(job.images.test.batches(1000), verbose=0)
    lowest = next(layer for layer in network.layers if hasattr(layer, "kernel"))
    *shape, number = lowest.kernel.shape
    kernel = np.reshape(lowest.kernel, (-1, number))
    figures = {
        "filters": pictures.filters(
            kernel, shape if entry.takes_images else job.images.image_shape
        ),
        "mistakes": mistakes(probabilities, job),
        "learning_curves": pictures.learning_curves(trained.history),
    }
    if entry.takes_images:
        figures |= convolutional_figures(network, job.images.test.rows(MOST_IMAGES)[0])
    return figures


def mistakes(probabilities: np.ndarray, job: Job) -> "Figure":
    """Draws test images that a model names wrong, those that it is surest of first.

    Args:
        probabilities: what it answers to the test rows, in their order.
        job: the run, whose data says what classes are called.
    """
    rows, labels = job.images.test.arrays
    called = job.images.labels or range(job.images.num_classes)
    named = probabilities.argmax(axis=1)
    (wrong,) = np.nonzero(named != labels)
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:MOST_MISTAKES]
    titles = [
        f"{called[label]} as {called[name]}"
        for label, name in zip(labels[surest], named[surest], strict=True)
    ]
    title = f"{len(wrong)} of {len(labels)} test images named wrong, the surest first"
    return pictures.named_images(rows[surest], job.images.image_shape, titles, title)
