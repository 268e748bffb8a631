"""Task: an autoencoder learns codes of rows; how well they are made again, beside PCA's."""

import math
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep.recipes import code_gallery
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.features import flat
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVES = ("val_reconstruction_error", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set: labels are not learned from."""
    images = options.load().with_two_test_rows(entry.name)
    return images.unflattened() if entry.takes_images else images


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed)` makes, trained.

    With `pretrain_epochs`, it is what `entry.unrolled` makes of a trained stack,
    `entry.pretraining(rows, total_steps, seed)`.
    """
    epochs, batch_size, seed = entry.epochs, entry.batch_size, job.options.seed
    before = getattr(entry, "pretrain_epochs", 0)
    if not before:
        return job.fit_entry(entry)
    stack = entry.pretraining(job.rows, job.num_updates(before, batch_size), seed)
    pretrained = job.fit("pretraining", stack, before, batch_size, seed, validate=False)
    keras.utils.set_random_seed(seed)
    model = entry.unrolled(stack, job.num_updates(epochs, batch_size))
    trained = job.fit(entry.name, model, epochs, batch_size, seed)
    job.run.save_model(model)
    return trained._replace(seconds=pretrained.seconds + trained.seconds)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the squared error of test rows, and that of as many principal components."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    rows, num_codes = job.images.test.images(), math.prod(model.output_shape[1:])
    of_mean = float(np.square(flat(rows - job.rows.mean(axis=0))).sum(axis=1).mean())
    test["reconstruction_error_of_the_mean"] = of_mean
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        ("the same, of the mean image", f"{of_mean:.3f}", "squared, an example"),
    ]
    if num_codes < math.prod(job.images.image_shape):
        of_pca = error_of_components(job.rows, rows, num_codes)
        test["reconstruction_error_of_pca"] = of_pca
        table.append((f"of {num_codes} principal components", f"{of_pca:.3f}", "squared likewise"))
    before = getattr(entry, "pretrain_epochs", 0)
    stages = (before, entry.epochs) if before else (entry.epochs,)
    table.append(trained.time(*stages))
    return {"test": test, "num_codes": num_codes, "history": history, "seconds": seconds}, table


def error_of_components(train_rows: np.ndarray, rows: np.ndarray, number: int) -> float:
    """Returns the mean squared error of rows that are made of their principal components.

    Args:
        train_rows: rows that say what the components are.
        rows: rows to make again.
        number: of components; no more than there are.
    """
    from sklearn.decomposition import PCA

    train_rows, rows = map(flat, (train_rows, rows))
    with np.errstate(invalid="ignore"):  # of constant rows it asks for shares of no variance
        pca = PCA(min(number, *train_rows.shape)).fit(train_rows)
    again = pca.inverse_transform(pca.transform(rows))
    return float(np.square(rows - again).sum(axis=1).mean())


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, reconstructions, codes, the way from one image to another, and curves."""
    return code_gallery.code_figures(trained.model, job.images, trained.history)
