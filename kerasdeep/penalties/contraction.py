"""Codes that change little where the data does."""

import keras
from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.penalties.code import CodePenalty

# Derivatives of activations, given what they return.
SLOPES = {
    "linear": ops.ones_like,
    "sigmoid": lambda h: h * (1 - h),
    "tanh": lambda h: 1 - ops.square(h),
    "relu": lambda h: ops.cast(h > 0, h.dtype),
    "elu": lambda h: ops.where(h > 0, 1.0, h + 1),
    "softplus": lambda h: 1 - ops.exp(-h),
}


@register
class Contraction(CodePenalty):
    r"""The contractive penalty: the squared Frobenius norm of the Jacobian of the code,

    $$\lambda \Bigl\langle \Bigl\| \frac{\partial h}{\partial x} \Bigr\|_F^2 \Bigr\rangle =
    \lambda \Bigl\langle \sum_j s'(a_j)^2 \sum_i W_{ij}^2 \Bigr\rangle,
    \qquad h = s(a), \quad a = x W + c,$$

    in closed form, for an encoder that is one `Dense` layer, at no more cost than the code. With
    `h (1 - h)` for $s'$ of sigmoid units.

    Args:
        cost: $\lambda \geq 0$. Default 0.1.

    Raises:
        ValueError: for a negative cost, or an encoder of other layers.

    Example:

    >>> autoencoder = Autoencoder(keras.layers.Dense(1000, "sigmoid"), penalty=Contraction(0.1))

    Reference: Rifai, Vincent, Muller, Glorot, Bengio (2011), Contractive auto-encoders: explicit
    invariance during feature extraction. ICML.
    """

    def __init__(self, cost: float = 0.1) -> None:
        super().__init__(cost)

    def of_rows(self, encoder: keras.layers.Layer, code: Tensor, share: Tensor) -> Tensor:
        dense = _only_dense(encoder)
        slope = SLOPES[dense.activation.__name__](code)
        lengths = ops.sum(ops.square(dense.kernel), axis=0)
        return ops.matmul(ops.square(slope), lengths)


def _only_dense(encoder):
    layers = getattr(encoder, "layers", [encoder])
    layers = [layer for layer in layers if not isinstance(layer, keras.layers.InputLayer)]
    dense = layers[0] if len(layers) == 1 else None
    known = getattr(getattr(dense, "activation", None), "__name__", None) in SLOPES
    if isinstance(dense, keras.layers.Dense) and known:
        return dense
    raise ValueError(
        "Contraction expects an encoder that is one keras.layers.Dense with one of these "
        f"activations: {', '.join(SLOPES)}. Received: {encoder.name}, a {type(encoder).__name__}. "
        "Stack such autoencoders for a deep one."
    )
