"""Decoders that have the weights of the encoder, turned over."""

import keras

from kerasdeep.layers.noise import NOISES
from kerasdeep.layers.sparse_coding import SparseCoding
from kerasdeep.layers.transposed_dense import TransposedDense

PASSED_OVER = (keras.layers.InputLayer, *NOISES)


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


def tied_again(encoder: keras.layers.Layer, decoder: keras.layers.Layer) -> keras.layers.Layer:
    """Returns a decoder made of its configuration, with weights of the encoder where it had them.

    Keras makes a layer anew in each part of a model that has it.

    Args:
        encoder: made of its configuration too.
        decoder: a layer, or a `keras.Sequential` or functional model.
    """
    known = {layer.name: layer for layer in encoder._flatten_layers()}

    def tied(layer):
        config = layer.get_config()
        if not isinstance(layer, TransposedDense):
            return type(layer).from_config(config)
        dense = known.get(layer.dense.name)
        same = type(dense) is type(layer.dense)
        return TransposedDense.from_config({**config, "dense": dense if same else layer.dense})

    transposed = [one for one in decoder._flatten_layers() if isinstance(one, TransposedDense)]
    if all(one.dense is known.get(one.dense.name) for one in transposed):
        return decoder
    if decoder in transposed:
        return tied(decoder)
    return keras.models.clone_model(decoder, clone_function=tied)
