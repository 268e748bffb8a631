"""Rows of arrays in batches, many of them at once. TensorFlow's alone."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasdeep.backend.first_worker import from_first_worker, several_workers
from kerasdeep.backend.pipelines import capacity


class ArrayBatches:
    """Arrays as a data set for Keras, from which a compiled loop takes many batches in one piece.

    A pipeline that hands over one batch after the other, to be joined again, took a tenth of the
    time of an epoch.

    Args:
        arrays: structure of arrays or tensors with one row an example; parts may be None.
        batch_size: rows a batch.
        shuffle: whether every pass has a new order, the same on all machines.

    Attributes:
        strategy: the `tf.distribute` strategy of those that take them.
    """

    def __init__(self, arrays: Any, batch_size: int, shuffle: bool) -> None:
        self.tensors = keras.tree.map_structure(
            lambda part: None if part is None else tf.convert_to_tensor(part), arrays
        )
        (self.num_rows,) = {
            part.shape[0] for part in keras.tree.flatten(arrays) if part is not None
        }
        self.batch_size, self.shuffle = batch_size, shuffle
        self.strategy = tf.distribute.get_strategy()

    def dataset(self) -> tf.data.Dataset:
        """Returns a data set with as many elements as there are batches, which stands for them."""
        dataset = tf.data.Dataset.range(-(-self.num_rows // self.batch_size))
        dataset.array_batches = self
        return dataset

    def __iter__(self) -> "_Pass":
        return _Pass(self)


class _Pass:
    """One pass through the batches; see `kerasdeep.backend.pipelines.Gatherer`."""

    def __init__(self, batches):
        self.batches, self.start = batches, 0
        self.order = tf.range(batches.num_rows)
        if batches.shuffle:
            self.order = tf.random.shuffle(self.order)
            if several_workers(batches.strategy):  # whose random numbers may differ
                with batches.strategy.scope():
                    order = from_first_worker(self.order.numpy().tobytes())
                self.order = tf.constant(np.frombuffer(order, "int32"))

    def __iter__(self):
        return self

    def __next__(self):
        batch, number = self.take(1)
        if number == 0:
            raise StopIteration
        return batch

    def take(self, limit):
        tensors, size = self.batches.tensors, self.batches.batch_size
        left = self.batches.num_rows - self.start
        if left == 0:
            return None, 0
        number = max(1, min(limit, capacity(tensors, size), left // size))
        rows = self.order[self.start : self.start + number * size]
        self.start += rows.shape[0]
        return self._rows(rows), number

    def _rows(self, rows):
        return keras.tree.map_structure(
            lambda part: None if part is None else tf.gather(part, rows), self.batches.tensors
        )


def can_be_batched(arrays: Iterable[Any]) -> bool:
    """Whether all parts but None are plain arrays or tensors with as many rows."""
    parts = [part for part in arrays if part is not None]
    plain = all(isinstance(part, np.ndarray | tf.Tensor) and part.ndim > 0 for part in parts)
    return plain and len({part.shape[0] for part in parts}) == 1
