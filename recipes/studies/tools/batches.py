"""Batches of some rows of a data set, in ever new orders."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from kerasdeep.backend.pipelines import without_autotuning
from kerasdeep.backend.types import ArrayLike
from kerasdeep.models import DBM
from kerasdeep.recipes.data import Split

BATCH_SIZE = 100
NO_LABEL = -1
CHAINS_AT_ONCE = 2000


class Part(NamedTuple):
    """Rows of one kind, and how many of them a batch has.

    Attributes:
        images: array or tensor of all rows.
        labels: their classes; `NO_LABEL` for a row whose class is hidden.
        numbers: numbers of the rows that take part.
        size: how many rows of a batch.
    """

    images: ArrayLike
    labels: ArrayLike
    numbers: np.ndarray
    size: int


def labelled(split: Split, numbers: np.ndarray, size: int) -> Part:
    """Returns rows with their classes; arguments as of `Part`."""
    return Part(*split.tensors, numbers, size)


def unlabelled(split: Split, numbers: np.ndarray, size: int) -> Part:
    """Returns rows whose classes are hidden; arguments as of `Part`."""
    images, labels = split.tensors
    return Part(images, tf.fill(tf.shape(labels), tf.cast(NO_LABEL, labels.dtype)), numbers, size)


def walked(machine: DBM, part: Part, steps: int, num_walks: int, size: int) -> Part:
    """Returns where chains of a machine go from rows, with the classes of these.

    Args:
        machine: what has learned how rows are distributed.
        part: the rows to start from.
        steps: Gibbs steps of each chain.
        num_walks: number of chains, as many from each row.
        size: how many ends a batch has.
    """
    numbers = np.resize(part.numbers, num_walks)
    starts = tf.gather(part.images, numbers)
    some = [starts[n : n + CHAINS_AT_ONCE] for n in range(0, num_walks, CHAINS_AT_ONCE)]
    ends = tf.concat([machine.sample(initial=x, steps=steps, mean=True) for x in some], axis=0)
    return Part(ends, tf.gather(part.labels, numbers), np.arange(num_walks), size)


def passes(split: Split, numbers: np.ndarray, num_batches: int, seed: int) -> tf.data.Dataset:
    """Returns batches of the rows with these numbers: shuffled, and again, and again.

    Args:
        split: `kerasdeep.recipes.data.Split` in memory.
        numbers: numbers of the rows to learn from.
        num_batches: how many batches of 100 rows.
        seed: integer seed of the orders.
    """
    generator = np.random.default_rng(seed)
    num_passes = -(-num_batches * BATCH_SIZE // len(numbers))
    order = np.concatenate([generator.permutation(numbers) for _ in range(num_passes)])
    batches = tf.data.Dataset.from_tensor_slices(order).batch(BATCH_SIZE).take(num_batches)
    return without_autotuning(batches.map(lambda i: tuple(tf.gather(t, i) for t in split.tensors)))


def endless(parts: Sequence[Part], num_batches: int, seed: int) -> tf.data.Dataset:
    """Returns batches of rows of several parts, one after the other.

    Args:
        parts: the `Part`s; their sizes add up to that of a batch.
        num_batches: how many batches.
        seed: integer seed of the orders.
    """

    def drawn(part):
        numbers = tf.data.Dataset.from_tensor_slices(part.numbers)
        numbers = numbers.shuffle(len(part.numbers), seed=seed).repeat()
        return numbers.batch(part.size, drop_remainder=True)

    def joined(*numbers):
        pairs = list(zip(parts, numbers, strict=True))
        images = tf.concat([tf.gather(part.images, i) for part, i in pairs], axis=0)
        return images, tf.concat([tf.gather(part.labels, i) for part, i in pairs], axis=0)

    batches = tf.data.Dataset.zip(*map(drawn, parts)).map(joined)
    return without_autotuning(batches.take(num_batches))


def error_of(
    classifier: keras.Model, batches: tf.data.Dataset, rows: tuple[np.ndarray, np.ndarray]
) -> float:
    """Trains a compiled classifier on batches; returns its error on `(images, labels)`."""
    classifier.fit(batches, shuffle=False, verbose=0)
    measured = classifier.evaluate(*rows, batch_size=1000, verbose=0, return_dict=True)
    return 1 - measured["accuracy"]
