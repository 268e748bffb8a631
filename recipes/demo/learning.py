"""What the demo learns from, and how likely it finds test rows as it learns."""

import dataclasses
from collections.abc import Sequence

import keras
import numpy as np

from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood
from kerasdeep.models import RBM, ClassificationRBM
from kerasdeep.recipes import data
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.zoo.studies import demo as zoo

DRAWS = 10  # times that every image comes in an epoch, its pixels drawn anew
TEMPERATURES = 500


def load() -> data.Images:
    """Returns the digits of scikit-learn, their pixels drawn as 0 or 1 by their grey level."""
    return data.load("digits", "stochastic", validation_every=0)


def train(job: Job) -> Trained:
    """Trains the model; its history has the likelihood of test rows after every epoch."""
    images, options = repeated(job.images), job.options
    num_steps = options.epochs * images.train.num_batches(zoo.BATCH_SIZE)
    model = zoo.build(images.num_classes, num_steps, options.seed)
    looks = Looks(joint_rows(images), binary(images.test, seed=0))
    job = dataclasses.replace(job, images=images)
    return job.fit("drawing", model, options.epochs, zoo.BATCH_SIZE, options.seed, False, [looks])


def repeated(images: data.Images) -> data.Images:
    """Returns a data set in which every training row comes several times an epoch."""
    chunks = images.train.chunks

    def read():
        for _ in range(DRAWS):
            yield from chunks.read()

    often = dataclasses.replace(
        chunks,
        num_rows=DRAWS * chunks.num_rows,
        read=read,
        labels=lambda: np.tile(chunks.labels(), DRAWS),
    )
    return dataclasses.replace(images, train=dataclasses.replace(images.train, chunks=often))


def binary(split: data.Split, seed: int | Sequence[int]) -> np.ndarray:
    """Returns the rows of a `Split` with pixels drawn once, by a seed."""
    rows, _ = split.arrays
    return (np.random.default_rng(seed).random(rows.shape) < rows).astype("float32")


def joint_rows(images: data.Images) -> np.ndarray:
    """Returns training rows as the model sees them, pixels and label units."""
    rows, labels = images.train.arrays
    return np.concatenate([rows, np.eye(images.num_classes)[labels]], axis=1)


def mean_log_likelihood(
    model: ClassificationRBM | RBM, machine: RBM, base_rows: np.ndarray, test_rows: np.ndarray
) -> float:
    """Returns the mean log-likelihood of test rows, in nats.

    Args:
        model: whose free energy that of the rows is.
        machine: the RBM whose partition function it has.
        base_rows: rows of all its visible units, where annealing starts.
        test_rows: rows to measure.
    """
    log_z = annealed_importance_sampling(machine, base_rows, TEMPERATURES, verbose=0)
    return float(log_likelihood(model, test_rows, log_z.mean).mean())


class Looks(keras.callbacks.Callback):
    """Adds the likelihood of test rows, p(x) without the label, to what an epoch reports."""

    def __init__(self, base_rows: np.ndarray, test_rows: np.ndarray) -> None:
        super().__init__()
        self.base_rows, self.test_rows = base_rows, test_rows

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        joint = self.model.joint
        found = mean_log_likelihood(self.model, joint, self.base_rows, self.test_rows)
        logs["test_log_likelihood"] = found
