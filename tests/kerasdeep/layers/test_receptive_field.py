"""Receptive fields, against the gradient of one unit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.layers import LocallyConnected2D, NormPooling2D, receptive_field


def positive(layer, *arguments, **options):
    """A layer of weights that are all 1, so that nothing of what a unit sees cancels."""
    ones = {"kernel_initializer": "ones"}
    if layer is keras.layers.DepthwiseConv2D:
        ones = {"depthwise_initializer": "ones"}
    return layer(*arguments, **ones, **options)


NETWORKS = {
    "valid": lambda: [
        positive(keras.layers.Conv2D, 2, 5),
        keras.layers.AveragePooling2D(2),
        positive(keras.layers.Conv2D, 2, (3, 2)),
    ],
    "same": lambda: [
        positive(keras.layers.Conv2D, 2, 5, padding="same"),
        keras.layers.ReLU(),
        keras.layers.AveragePooling2D(3, 2, "same"),
        positive(keras.layers.Conv2D, 2, (3, 4), padding="same"),
        keras.layers.AveragePooling2D(2, padding="same"),
    ],
    "strides": lambda: [
        positive(keras.layers.Conv2D, 2, 4, strides=(2, 3), padding="same"),
        positive(keras.layers.DepthwiseConv2D, 3, dilation_rate=2),
        NormPooling2D(2, 1),
    ],
    "local": lambda: [
        positive(LocallyConnected2D, 2, (5, 4), padding="same"),
        positive(LocallyConnected2D, 2, (3, 4), strides=(2, 3), padding="same"),
        positive(LocallyConnected2D, 2, (2, 3), strides=(1, 2)),
    ],
}


@pytest.mark.parametrize("size", [(23, 22), (28, 28)])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_unit_sees_what_its_gradient_reaches(name, size):
    network = keras.Sequential([keras.Input((*size, 1)), *NETWORKS[name]()])
    field = receptive_field(network, network.layers[-1].name)
    x = tf.random.stateless_uniform((1, *size, 1), (0, 0)) + 1
    height, width = network.output_shape[1:3]
    for row, column in ((0, 0), (height // 2, width // 2), (height - 1, width - 1), (0, 1)):
        with tf.GradientTape() as tape:
            tape.watch(x)
            unit = network(x)[0, row, column, 0]
        seen = np.array(tape.gradient(unit, x))[0, :, :, 0] != 0
        expected = np.zeros(size, bool)
        expected[field.of_unit(row, column)] = True
        np.testing.assert_array_equal(seen, expected)


def test_the_field_of_a_convolution_is_its_kernel():
    network = keras.Sequential([keras.Input((9, 9, 1)), keras.layers.Conv2D(2, (3, 5), name="c")])
    field = receptive_field(network, "c")
    assert (field.size, field.strides, field.start) == ((3, 5), (1, 1), (0, 0))
    assert field.of_unit(2, 1) == (slice(2, 5), slice(1, 6))


def test_layers_without_a_field_of_their_own_are_refused():
    layers = [keras.layers.Flatten(name="flat"), keras.layers.Dense(2, name="dense")]
    network = keras.Sequential([keras.Input((9, 9, 1)), *layers])
    with pytest.raises(ValueError, match="a layer below flat, above which.*'dense'"):
        receptive_field(network, "dense")
    with pytest.raises(ValueError, match="a layer of the network: flat, dense. Received: .*'top'"):
        receptive_field(network, "top")
    everything = [keras.layers.GlobalMaxPooling2D(name="top")]
    with pytest.raises(ValueError, match="a layer below top, above which"):
        receptive_field(keras.Sequential([keras.Input((9, 9, 1)), *everything]), "top")
    padded = keras.layers.MaxPooling2D(2, padding="same", name="pool")
    with pytest.raises(ValueError, match="images of a known size, as pool pads them"):
        receptive_field(keras.Sequential([keras.Input((None, 9, 1)), padded]), "pool")


@pytest.mark.parametrize(
    "layer",
    [
        keras.Sequential([keras.Input((9, 9, 1)), keras.layers.Conv2D(1, 3)]),
        keras.layers.ZeroPadding2D(2),
        keras.layers.Conv2DTranspose(1, 3),
        keras.layers.MaxPooling2D(1, data_format="channels_first"),
    ],
)
def test_of_layers_that_it_does_not_know_it_says_nothing(layer):
    name = type(layer).__name__
    with pytest.raises(ValueError, match=f"channels last. Received: a {name}, {layer.name}"):
        receptive_field(keras.Sequential([keras.Input((9, 9, 1)), layer]), layer.name)
