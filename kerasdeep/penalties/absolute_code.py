"""Codes of small numbers, of which many are zero."""

import keras
from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.penalties.code import CodePenalty


@register
class AbsoluteCode(CodePenalty):
    r"""The L1 penalty on codes, $\lambda \langle \sum_j |h_j| \rangle$, weights of rows counted.

    For codes without an upper bound, such as rectified linear ones or those of
    `kerasdeep.layers.SparseCoding`, and a decoder whose weights a constraint keeps from growing as
    codes shrink.

    Args:
        cost: $\lambda \geq 0$. Default 0.1.

    Raises:
        ValueError: for a negative cost.

    Example:

    >>> unit = keras.constraints.UnitNorm(axis=1)
    >>> autoencoder = Autoencoder(
    ...     keras.layers.Dense(196, "relu"),
    ...     keras.layers.Dense(784, kernel_constraint=unit),
    ...     penalty=AbsoluteCode(0.1),
    ... )

    Reference: Goodfellow, Bengio, Courville (2016), Deep learning, section 14.2.1.
    """

    takes_images = True

    def __init__(self, cost: float = 0.1) -> None:
        super().__init__(cost)

    def of_rows(self, encoder: keras.layers.Layer, code: Tensor, share: Tensor) -> Tensor:
        return ops.sum(ops.abs(code), axis=tuple(range(1, len(code.shape))))
