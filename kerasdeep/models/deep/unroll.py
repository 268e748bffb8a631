"""From Boltzmann machines to feed-forward layers with the same weights."""

from typing import Any

import keras
from keras import ops

from kerasdeep.models.boltzmann import RBM


def to_dense(rbm: RBM, reverse: bool = False, **kwargs: Any) -> keras.layers.Dense:
    """Unrolls one direction of an RBM into a Keras `Dense` layer, whose weights are copies.

    Args:
        rbm: a built `RBM`.
        reverse: False for visible to hidden means, True for hidden to visible. Default False.
        **kwargs: passed on to `keras.layers.Dense`.

    Returns:
        A built `keras.layers.Dense`.

    Raises:
        ValueError: where no activation of Keras computes the means of the units that come out.
    """
    kernel = ops.transpose(rbm.kernel) if reverse else ops.convert_to_tensor(rbm.kernel)
    source, target = (rbm.hidden, rbm.visible) if reverse else (rbm.visible, rbm.hidden)
    bias = rbm.visible_bias if reverse else rbm.hidden_bias
    width = bias.shape[0]
    dense = keras.layers.Dense(width, activation=target.unrolled(width), **kwargs)
    dense.build((None, kernel.shape[0]))
    dense.kernel.assign(ops.transpose(source.statistic(ops.transpose(kernel))))
    dense.bias.assign(bias)
    return dense
