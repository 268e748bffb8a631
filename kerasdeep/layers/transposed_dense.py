"""A dense layer with the weights of another one, turned over."""

from typing import Any

import keras
from keras import ops

from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.sparse_coding import SparseCoding


@register
class TransposedDense(keras.layers.Layer):
    r"""The way back through a `Dense` layer, by its weights: *tied* weights of an autoencoder.

    Of a layer $y = s(x W + b)$ it computes

    $$x' = t(y\, W^\top + c)$$

    with an activation $t$ and a bias $c$ of its own. $W$ is one variable, which both layers change;
    in a copy that Keras makes of a model, two, but in one of an `Autoencoder`.

    Args:
        dense: the `keras.layers.Dense` layer, or a `SparseCoding`; built before this one is.
        activation: $t$, name or function. Default None: linear.
        use_bias: whether there is a bias $c$. Default True.

    Attributes:
        bias: $c$, as wide as the input of the other layer.

    Returns:
        On call with shape `(..., units of the other layer)`, a tensor of shape `(..., inputs of the
        other layer)`.

    Raises:
        ValueError: for another layer than these, or one that is not built.

    Example:

    >>> encoder = keras.layers.Dense(3, "sigmoid")
    >>> decoder = TransposedDense(encoder, "sigmoid")
    >>> decoder(encoder(np.zeros((2, 8)))).shape
    TensorShape([2, 8])

    Reference: Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising autoencoders.
    JMLR 11, section 3.2.
    """

    def __init__(
        self,
        dense: keras.layers.Dense,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(dense, keras.layers.Dense | SparseCoding):
            raise ValueError(
                "TransposedDense expects a keras.layers.Dense layer, whose weights it turns over, "
                "or a SparseCoding. "
                f"Received: {type(dense).__name__}."
            )
        self.dense = dense
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        if not self.dense.built:
            raise ValueError(
                f"TransposedDense has the weights of {self.dense.name!r}. Received: that layer "
                "without weights. Build it first, or call it on data."
            )
        self.bias = None
        if self.use_bias:
            width = self.dense.kernel.shape[0]
            self.bias = self.add_weight(name="bias", shape=(width,), initializer="zeros")
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        outputs = ops.matmul(inputs, ops.cast(ops.transpose(self.dense.kernel), inputs.dtype))
        return self.activation(outputs if self.bias is None else outputs + self.bias)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.dense.kernel.shape[0])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "dense": serialized(self.dense),
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TransposedDense":
        dense = config["dense"]
        if not isinstance(dense, keras.layers.Layer):
            dense = keras.saving.deserialize_keras_object(dense)
        return cls(**{**config, "dense": dense})
