"""Batches of data on their way into a model. TensorFlow's alone."""

import itertools

import keras
import tensorflow as tf

# Rows that are gathered for one call of a compiled loop take at most so many bytes.
MAX_GATHERED = 2**26


def without_autotuning(dataset):
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

    Keras hands every data set, whatever it was made from, to the strategy of its model.
    """

    def __init__(self, strategy):
        self._strategy = strategy

    def __getattr__(self, name):
        return getattr(self._strategy, name)

    def experimental_distribute_dataset(self, dataset, options=None):
        dataset = without_autotuning(dataset)
        return self._strategy.experimental_distribute_dataset(dataset, options)


def gathered(iterator, limit):
    """Takes batches from an iterator and joins those of one size that follow each other.

    Args:
        iterator: iterator of batches: nested structures of tensors or arrays.
        limit: largest number of batches to take.

    Yields:
        `(batches, number)`: a structure as one batch, with the rows of so many batches, at most 64
        MiB of them unless one batch has more.
    """
    group = []
    for batch in itertools.islice(iterator, limit):
        batch = keras.tree.map_structure(_tensor, batch)
        if group and (_shapes(batch) != _shapes(group[0]) or len(group) >= _capacity(group[0])):
            yield _joined(group)
            group = []
        group.append(batch)
    if group:
        yield _joined(group)


def padded(rows, number):
    """Returns tensors with zeros after their rows, up to a number of rows; None stays None."""
    missing = number - rows[0].shape[0]
    return [
        row if row is None else tf.pad(row, [[0, missing]] + [[0, 0]] * (row.shape.rank - 1))
        for row in rows
    ]


def _tensor(value):
    return None if isinstance(value, tf.experimental.Optional) else tf.convert_to_tensor(value)


def _shapes(batch):
    return [tensor.shape for tensor in keras.tree.flatten(batch) if tensor is not None]


def _capacity(batch):
    tensors = [tensor for tensor in keras.tree.flatten(batch) if tensor is not None]
    num_bytes = sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in tensors)
    return max(1, MAX_GATHERED // max(1, num_bytes))


def _joined(group):
    def joined(*parts):
        return None if parts[0] is None else tf.concat(parts, axis=0)

    if len(group) == 1:
        return group[0], 1
    return keras.tree.map_structure(joined, *group), len(group)
