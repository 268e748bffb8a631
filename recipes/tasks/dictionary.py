"""Task: sparse coding learns a dictionary of rows; beside it, one by scikit-learn."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks import reconstruction
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from sklearn.decomposition import MiniBatchDictionaryLearning

ROWS_COMPARED = 1_000
PEER = "scikit_learn.npy"
MOST_STEPS = 10_000  # of coordinate descent
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
    from sklearn.decomposition import sparse_encode

    metrics, table = reconstruction.measure(entry, job, trained)
    rows, _ = job.images.test.rows(ROWS_COMPARED)
    job.say("scikit-learn learns a dictionary of the same rows, as often")
    started = time.perf_counter()
    peer = dictionary_of_scikit_learn(entry, job).components_
    seconds = time.perf_counter() - started
    np.save(Path(job.run.logs) / PEER, peer)  # to be drawn

    def objective(columns):
        codes = sparse_encode(
            rows.astype("float64"),
            columns.astype("float64"),
            algorithm="lasso_cd",
            alpha=entry.cost,
            max_iter=MOST_STEPS,
        )
        squared = np.square(rows - codes @ columns).sum(axis=1) / 2
        used = float(np.count_nonzero(codes) / len(rows))
        return float((squared + entry.cost * np.abs(codes).sum(axis=1)).mean()), used

    found = {}
    for name, columns, took in (
        ("objective", np.array(trained.model.encoder.kernel).T, trained.seconds),
        ("objective_of_scikit_learn", peer, seconds),
    ):
        found[name], used = objective(columns)
        found[f"columns_of_{name}"] = used
        title = name.replace("_", " ").replace("scikit learn", "scikit-learn")
        about = f"{used:.1f} columns a row, {took:.0f} s"
        table.insert(-1, (title, f"{found[name]:.3f}", about))
    metrics["test"] |= found
    return metrics, table


def dictionary_of_scikit_learn(entry: Entry, job: Job) -> "MiniBatchDictionaryLearning":
    """Returns another library's dictionary for the same objective, rows, batches and epochs."""
    from sklearn.decomposition import MiniBatchDictionaryLearning

    return MiniBatchDictionaryLearning(
        entry.num_hidden,
        alpha=entry.cost,
        max_iter=entry.epochs,
        batch_size=entry.batch_size,
        tol=0,
        max_no_improvement=None,
        random_state=job.options.seed,
    ).fit(job.images.train.images())


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what `reconstruction` does, and scikit-learn's dictionary."""
    columns = np.load(Path(job.run.logs) / PEER)
    return {
        **reconstruction.draw(entry, job, trained),
        "filters_scikit_learn": pictures.filters(columns.T, job.images.image_shape),
    }
