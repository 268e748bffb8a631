"""Batches of some rows of a data set, in ever new orders."""

import keras
import numpy as np
import tensorflow as tf

from kerasdeep.backend.pipelines import without_autotuning
from kerasdeep.recipes.data import Split

BATCH_SIZE = 100
NO_LABEL = -1


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


def endless(
    split: Split, labelled: np.ndarray, others: np.ndarray | None, num_batches: int, seed: int
) -> tf.data.Dataset:
    """Returns batches of labelled rows or, with others, of half as many and as many without label.

    Args:
        split: `kerasdeep.recipes.data.Split` in memory.
        labelled: numbers of the rows with a label.
        others: numbers of rows whose label is hidden, or None for none.
        num_batches: how many batches of 100 rows.
        seed: integer seed of the orders.
    """
    images, labels = split.tensors

    def drawn(numbers, size):
        numbers = tf.data.Dataset.from_tensor_slices(numbers)
        return numbers.shuffle(len(numbers), seed=seed).repeat().batch(size, drop_remainder=True)

    def joined(known, unknown):
        hidden = tf.fill(tf.shape(unknown), tf.constant(NO_LABEL, labels.dtype))
        label = tf.concat([tf.gather(labels, known), hidden], axis=0)
        return tf.gather(images, tf.concat([known, unknown], axis=0)), label

    if others is None:
        batches = drawn(labelled, BATCH_SIZE)
        batches = batches.map(lambda i: (tf.gather(images, i), tf.gather(labels, i)))
    else:
        pairs = drawn(labelled, BATCH_SIZE // 2), drawn(others, BATCH_SIZE // 2)
        batches = tf.data.Dataset.zip(*pairs).map(joined)
    return without_autotuning(batches.take(num_batches))


def error_of(
    classifier: keras.Model, batches: tf.data.Dataset, rows: tuple[np.ndarray, np.ndarray]
) -> float:
    """Trains a compiled classifier on batches; returns its error on `(images, labels)`."""
    classifier.fit(batches, shuffle=False, verbose=0)
    measured = classifier.evaluate(*rows, batch_size=1000, verbose=0, return_dict=True)
    return 1 - measured["accuracy"]
