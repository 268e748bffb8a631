"""Batches of data on their way into a model. TensorFlow's alone."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import tensorflow as tf

from kerasdeep.backend.types import Tensor

# Rows that are gathered for one call of a compiled loop take at most so many bytes.
MAX_GATHERED = 2**26


def without_autotuning(dataset: Any) -> Any:
    """Returns a data set whose iterators end at once, unless its owner asked for autotuning.

    The thread that tunes a pipeline sleeps 10, 20, 40, ... ms, ever longer, and does not always
    hear that its iterator has ended, which then waits for it: up to seconds in every epoch.
    """
    if not isinstance(dataset, tf.data.Dataset):
        return dataset
    if dataset.options().autotune.enabled is not None:
        return dataset
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


class QuietPipelines:
    """A `tf.distribute` strategy whose data sets are `without_autotuning`; all else is its own.

    Keras hands every data set, whatever it was made from, to the strategy of its model. It would
    share out the rows of a batch; here a batch stays whole, and replicas take their rows of it.
    """

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    def __getattr__(self, name):
        return getattr(self._strategy, name)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        if hasattr(dataset, "array_batches"):
            dataset.array_batches.strategy = self._strategy
            return dataset.array_batches
        return without_autotuning(dataset)


class Gatherer:
    """Takes batches from an iterator, several at a time.

    Args:
        iterator: iterator of batches: nested structures of tensors or arrays.
    """

    def __init__(self, iterator: Iterator[Any]) -> None:
        self.iterator = iterator
        self.waiting = []

    def take(self, limit: int) -> tuple[Any, int]:
        """Joins batches of one size that follow each other.

        Args:
            limit: largest number of batches to take, at least 1.

        Returns:
            `(batch, number)`: the rows of so many batches as one, at most 64 MiB of them unless one
            batch has more; `(None, 0)` at the end.
        """
        first = self._next()
        if first is None:
            return None, 0
        group, shapes = [first], _shapes(first)
        limit = min(limit, capacity(first, shapes[0][0]))
        while len(group) < limit and (batch := self._next()) is not None:
            if _shapes(batch) != shapes:
                self.waiting.append(batch)
                break
            group.append(batch)
        return _joined(group), len(group)

    def _next(self):
        if self.waiting:
            return self.waiting.pop()
        batch = next(self.iterator, None)
        return None if batch is None else keras.tree.map_structure(_tensor, batch)


def padded(rows: Sequence[Tensor | None], number: int) -> list[Tensor | None]:
    """Returns tensors with zeros after their rows, up to a number of rows; None stays None."""
    missing = number - rows[0].shape[0]
    return [
        row if row is None else tf.pad(row, [[0, missing]] + [[0, 0]] * (row.shape.rank - 1))
        for row in rows
    ]


def _tensor(value):
    if value is None or isinstance(value, tf.experimental.Optional):
        return None
    return tf.convert_to_tensor(value)


def _shapes(batch):
    return [tensor.shape for tensor in keras.tree.flatten(batch) if tensor is not None]


def capacity(tensors: Any, batch_size: int) -> int:
    """Returns how many batches of the rows of tensors may be in memory at a time, at least 1."""
    row_sizes = [
        tensor.dtype.size * tensor.shape[1:].num_elements()
        for tensor in keras.tree.flatten(tensors)
        if tensor is not None
    ]
    return max(1, MAX_GATHERED // max(1, batch_size * sum(row_sizes)))


def _joined(group):
    def joined(*parts):
        return None if parts[0] is None else tf.concat(parts, axis=0)

    return group[0] if len(group) == 1 else keras.tree.map_structure(joined, *group)
