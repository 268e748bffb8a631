"""Autoencoders that are trained one after the other, each on the codes of those below."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops
from keras.layers import Dense

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.layers import TransposedDense
from kerasdeep.models.autoencoders import served
from kerasdeep.models.autoencoders.autoencoder import Autoencoder
from kerasdeep.models.autoencoders.variational import VariationalAutoencoder
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.ends import values_at_end
from kerasdeep.training.plain_stack import PlainStack
from kerasdeep.training.unrolled import Unrolled


@register
class StackedAutoencoder(Unrolled, PlainStack):
    r"""Stack of autoencoders, trained greedily: denoising, contractive, sparse or plain ones.

    The first learns from the data, each next one from the codes that those below it make of the
    data, which are not spoilt: only the layer in training spoils what it sees. `fit`, History and
    saved files are as of a `DBN`: one call, epochs counted through, logged names that begin with
    the layer, `autoencoder_1_`, `autoencoder_2_`, ... `stack(x)` and `predict` give the highest
    code. `to_classifier` makes a network to fine-tune.

    Args:
        layers: list of `Autoencoder` objects whose encoders are `keras.layers.Dense` layers, from
            the bottom up, or of numbers of sigmoid code units. At least one.

    Attributes:
        autoencoders: the `Autoencoder` of each layer, from the bottom up.

    Raises:
        ValueError: for no layers, or layers of another kind.

    Example:

    >>> stack = StackedAutoencoder(
    ...     [
    ...         Autoencoder(keras.layers.Dense(1000, "sigmoid"), corruption=MaskingNoise(0.25))
    ...         for _ in range(3)
    ...     ]
    ... )
    >>> stack.compile(keras.optimizers.Adam(1e-3))
    >>> stack.fit(x, batch_size=100, epochs=20)
    >>> classifier = stack.to_classifier(num_classes=10)

    References: Bengio, Lamblin, Popovici, Larochelle (2007), Greedy layer-wise training of deep
    networks. NIPS 19. Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising
    autoencoders. JMLR 11.
    """

    prefix = "autoencoder"
    objective = Autoencoder.objective

    def __init__(self, layers: Sequence[int | Autoencoder], **kwargs: Any) -> None:
        backend.check_layers(layers, "StackedAutoencoder")
        made = [
            layer
            if isinstance(layer, keras.layers.Layer)
            else Autoencoder(Dense(_size(layer), "sigmoid"), name=f"autoencoder_{number + 1}")
            for number, layer in enumerate(layers)
        ]
        for layer in made:
            if not (isinstance(layer, Autoencoder) and _is_dense(layer)):
                raise ValueError(
                    "StackedAutoencoder expects layers that are an Autoencoder of one "
                    f"keras.layers.Dense. Received: {layer.name}, a {type(layer).__name__}."
                )
        _check_codes_are_data(made)
        super().__init__(made, **kwargs)

    @property
    def autoencoders(self) -> list[Autoencoder]:
        """The `Autoencoder` of each layer, from the bottom up."""
        return self.stack

    def encode(self, visible: ArrayLike) -> Tensor:
        """Returns the highest codes of data, shape `(batch, num_codes)`.

        Args:
            visible: array of shape `(batch, num_visible)`.
        """
        return self.propagate(self._asked(visible))

    def decode(self, code: ArrayLike) -> Tensor:
        """Returns the data that highest codes stand for, shape `(batch, num_visible)`.

        Args:
            code: array of shape `(batch, num_codes)`.
        """
        for layer in reversed(self.stack):
            code = layer.decode(code)
        return code

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns data made of the highest codes of data, of the same shape.

        Args:
            visible: array of shape `(batch, num_visible)`.
        """
        return self.decode(self.encode(visible))

    def endpoints(self) -> list[Endpoint]:
        return [served.encode(self), served.reconstruct(self), served.decode(self)]

    def _input(self):
        return keras.Input(self.row_shape)

    def _encoder(self, **kwargs):
        return [
            dense_like(layer.encoder, layer.encoder.activation, f"encoder_{number + 1}", **kwargs)
            for number, layer in enumerate(self.stack)
        ]

    def _decoder(self):
        return [
            dense_like(layer.decoder, layer.visible.unrolled(layer.row_shape[0]), f"decoder_{n}")
            for n, layer in enumerate(reversed(self.stack), start=1)
        ]


def dense_like(layer: keras.layers.Layer, activation: Any, name: str, **kwargs: Any) -> Dense:
    """Returns a built `Dense` layer with copies of the weights of a dense or transposed one."""
    turned = isinstance(layer, TransposedDense)
    kernel = ops.transpose(layer.dense.kernel) if turned else layer.kernel
    dense = Dense(kernel.shape[1], activation, name=name, **kwargs)
    dense.build((None, kernel.shape[0]))
    dense.kernel.assign(kernel)
    if layer.bias is not None:
        dense.bias.assign(layer.bias)
    return dense


def _size(layer):
    return backend.positive_integer(layer, "layers", "StackedAutoencoder")


def _check_codes_are_data(layers):
    """Raises a ValueError where a layer learns from codes that its visible units cannot have."""
    for lower, upper in itertools.pairwise(layers):
        least, greatest = upper.visible.support
        low, high = values_at_end(lower.encoder)
        if not least <= low <= high <= greatest:
            raise ValueError(
                f"StackedAutoencoder expects codes from {least:g} to {greatest:g} below "
                f"{upper.visible.name} units. Received: codes of {lower.name} below {upper.name}, "
                f"from {low:g} to {high:g} by their activation. Give that layer "
                'visible="gaussian".'
            )


def _is_dense(layer):
    kinds = isinstance(layer.encoder, Dense), isinstance(layer.decoder, Dense | TransposedDense)
    return all(kinds) and not isinstance(layer, VariationalAutoencoder)  # two outputs a code
