"""Strategies of TensorFlow with which Keras's own models train too. TensorFlow's alone.

Keras 3 asks a strategy to reduce what it cannot: a batch, to see the shapes of its parts, which
fails where replicas have different numbers of rows, and on several machines always; and there the
scalars that a step logs, as if they had rows: https://github.com/keras-team/keras/issues/20585.
Models of this library do without, and train with TensorFlow's own strategies as well.
"""

from typing import Any

import numpy as np
import tensorflow as tf


class Reducing:
    """What a strategy of TensorFlow lacks for Keras."""

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """Returns the sum or mean over replicas; of a batch of several tensors, one replica's."""
        if tf.nest.is_nested(value):
            return tf.nest.map_structure(self._own, value)
        return super().reduce(reduce_op, value, axis if self._own(value).shape.rank else None)

    def _own(self, value):
        return self.experimental_local_results(value)[0]


class Replicas(Reducing, tf.distribute.MirroredStrategy):
    """`tf.distribute.MirroredStrategy` with which any Keras model fits any batch size."""


class Workers(Reducing, tf.distribute.MultiWorkerMirroredStrategy):
    """`tf.distribute.MultiWorkerMirroredStrategy` with which any Keras model fits."""


def from_first_worker(content: bytes) -> bytes:
    """Returns what the first worker passed, on all of them; they call it together, in a scope.

    Args:
        content: anything; of workers but the first it is not looked at.
    """
    length = np.array([len(content)], "int64").view("uint16")
    (length,) = _of_first(length, 4).view("int64")
    words = np.frombuffer(content + bytes(len(content) % 2), "uint16")
    return _of_first(words, -(-length // 2)).tobytes()[:length]


def _of_first(numbers, count):
    """Returns so many whole numbers below 2^16 of the first replica; floats are exact for them."""

    def of_first():
        context = tf.distribute.get_replica_context()
        own = tf.cond(
            tf.equal(context.replica_id_in_sync_group, 0),
            lambda: tf.constant(numbers, "float32"),
            lambda: tf.zeros(count),
        )
        return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.reshape(own, (count,)))

    strategy = tf.distribute.get_strategy()
    # A program: outside of one the strategy would warn that every call costs time.
    found = tf.function(lambda: strategy.run(of_first), autograph=False)()
    return strategy.experimental_local_results(found)[0].numpy().astype("uint16")
