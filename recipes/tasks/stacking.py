"""Task: blocks learn labels one after the other; the error of each."""

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks.network import mistakes
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels.

    Raises:
        ValueError: for images that the entry cannot turn, move and scale, and is told to.
    """
    images = options.load().labelled(entry.name)
    height, width, *channels = images.image_shape
    if entry.augmentation() and (height != width or channels not in ([], [1])):
        raise ValueError(
            f"{entry.name} turns, moves and scales square grey images. Received: images of shape "
            f"{images.image_shape}. Pass --rotation 0 --translation 0 --zoom 0 --mirror 0."
        )
    return images


def objectives(entry: Entry, images: Images) -> tuple[str, ...]:
    """Returns the numbers of the highest block."""
    return f"val_block_{len(entry.layers)}_accuracy", "val_loss"


def train(entry: Entry, job: Job) -> Trained:
    """Returns the network that `entry.build(rows, total_steps, seed, num_classes)` makes, trained.

    With `pretrain_epochs` its first block starts from an RBM, `entry.pretraining(rows,
    total_steps, seed)`.
    """
    epochs, batch_size, seed = entry.epochs, entry.batch_size, job.options.seed
    updates = job.num_updates(epochs, batch_size)
    network = entry.build(job.rows, updates, seed, job.images.num_classes)
    before = 0.0
    if entry.pretrain_epochs:
        own_size = entry.pretrain_batch_size
        rbm = entry.pretraining(job.rows, job.num_updates(entry.pretrain_epochs, own_size), seed)
        before = job.fit(
            "pretraining", rbm, entry.pretrain_epochs, own_size, seed, validate=False
        ).seconds
        network.start_from(rbm)
        keras.utils.set_random_seed(seed)
    trained = job.fit(entry.name, network, epochs, batch_size, seed)
    job.run.save_model(network)
    return trained._replace(seconds=before + trained.seconds)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the error of every block on the test rows."""
    network, history, seconds = trained
    found = measured(network, job.images.test)
    errors = [1 - found[f"block_{n + 1}_accuracy"] for n in range(len(entry.layers))]
    table = [
        (f"test error, block {number + 1}", f"{100 * error:.2f} %", "of all test rows")
        for number, error in enumerate(errors)
    ]
    with_rbm = ", and an RBM" if entry.pretrain_epochs else ""
    table.append(trained.time(entry.epochs, of=f"a block{with_rbm}"))
    test = {"error": errors[-1], "errors_of_blocks": errors}
    return {"test": test, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters of the lowest block, test images named wrong, and learning curves."""
    network = trained.model
    scores = network.predict(job.images.test.batches(1000), verbose=0)
    kernel = np.array(network.blocks[0].kernel)
    return {
        "filters": pictures.filters(kernel, job.images.image_shape),
        "mistakes": mistakes(scores, job),
        "learning_curves": pictures.learning_curves(trained.history),
    }
