"""Strategies of TensorFlow with which Keras's own models train too. TensorFlow's alone.

Keras 3 asks a strategy to reduce what it cannot: a batch, to see the shapes of its parts, which
fails where replicas have different numbers of rows, and on several machines always; and there the
scalars that a step logs, as if they had rows: https://github.com/keras-team/keras/issues/20585.
Models of this library do without, and train with TensorFlow's own strategies as well.
"""

from typing import Any

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
