"""Task: sparse coding learns a dictionary of rows; beside it, one by scikit-learn."""

import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.dictionaries import dictionary_of, objective_of
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks import reconstruction
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from sklearn.decomposition import MiniBatchDictionaryLearning

PEER = "scikit_learn.npy"
OBJECTIVES = ("val_loss",)


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set: labels are not learned from."""
    return reconstruction.load(entry, options)


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed)` makes, trained."""
    return reconstruction.train(entry, job)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns what `reconstruction` measures, and the objective of both dictionaries.

    Of some test rows, whose best codes coordinate descent finds for both.
    """
    metrics, table = reconstruction.measure(entry, job, trained)
    job.say("scikit-learn learns a dictionary of the same rows, as often")
    started = time.perf_counter()
    peer = dictionary_of_scikit_learn(entry, job).components_
    seconds = time.perf_counter() - started
    np.save(Path(job.run.logs) / PEER, peer)  # to be drawn
    encoder = trained.model.encoder
    found = {}
    for name, columns, took in (
        ("objective", dictionary_of(encoder), trained.seconds),
        ("objective_of_scikit_learn", peer, seconds),
    ):
        found[name], used = objective_of(columns, encoder, job.images)
        found[f"columns_of_{name}"] = used
        title = name.replace("_", " ").replace("scikit learn", "scikit-learn")
        about = f"{used:.1f} columns a row, {took:.0f} s"
        table.insert(-1, (title, f"{found[name]:.3f}", about))
    metrics["test"] |= found
    return metrics, table


def dictionary_of_scikit_learn(entry: Entry, job: Job) -> "MiniBatchDictionaryLearning":
    """Returns another library's dictionary for the same objective, rows, batches and epochs."""
    from sklearn.decomposition import MiniBatchDictionaryLearning

    bar = keras.utils.Progbar(entry.epochs, verbose=int(sys.stdout.isatty()), unit_name="epoch")
    a_pass = job.num_updates(1, entry.batch_size)
    learner = MiniBatchDictionaryLearning(
        entry.num_hidden,
        alpha=entry.cost,
        max_iter=entry.epochs,
        batch_size=entry.batch_size,
        tol=0,
        max_no_improvement=None,
        random_state=job.options.seed,
        callback=lambda known: bar.update((known["i"] + 1) // a_pass),
    )
    with warnings.catch_warnings(action="ignore"):  # what it says of rows hard to code, a row each
        return learner.fit(job.images.train.images())


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what `reconstruction` does, and scikit-learn's dictionary."""
    columns = np.load(Path(job.run.logs) / PEER)
    return {
        **reconstruction.draw(entry, job, trained),
        "filters_scikit_learn": pictures.filters(columns.T, job.images.image_shape),
    }
