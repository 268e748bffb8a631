"""Decoders that have the weights of the encoder, turned over."""

import keras

from kerasdeep.layers.noise import Noise
from kerasdeep.layers.sparse_coding import SparseCoding
from kerasdeep.layers.transposed_dense import TransposedDense

PASSED_OVER = (keras.layers.InputLayer, keras.layers.Dropout, Noise)


def tied_decoder(encoder: keras.layers.Layer) -> keras.layers.Layer:
    """Returns the way back through an encoder of `Dense` layers, by their weights.

    Its hidden layers have the activations of those of the encoder, its last one has none.

    Args:
        encoder: a `keras.layers.Dense` layer, or a `keras.Sequential` of them, or a `SparseCoding`.

    Raises:
        ValueError: for an encoder of other layers.
    """
    layers = [
        one for one in getattr(encoder, "layers", [encoder]) if not isinstance(one, PASSED_OVER)
    ]
    if len(layers) == 1 and isinstance(layers[0], SparseCoding):
        return TransposedDense(layers[0], use_bias=False, name="dictionary")
    if not layers or not all(isinstance(layer, keras.layers.Dense) for layer in layers):
        raise ValueError(
            "Autoencoder turns the weights of keras.layers.Dense layers over. Received: an encoder "
            f"of {', '.join(type(layer).__name__ for layer in layers)}. Pass a decoder."
        )
    below = [None, *(layer.activation for layer in layers)]
    decoder = [
        TransposedDense(dense, activation, name=f"transposed_{dense.name}")
        for dense, activation in zip(reversed(layers), reversed(below[:-1]), strict=True)
    ]
    return decoder[0] if len(decoder) == 1 else keras.Sequential(decoder, name="decoder")
