"""Networks with the same hidden units, which differ in connections and in weights.

References: LeCun (1989), Generalization and network design strategies. LeCun, Boser, Denker,
Henderson, Howard, Hubbard, Jackel (1989), Backpropagation applied to handwritten zip code
recognition.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

NUM_MAPS = (8, 24)
# Width of the windows of both layers, and the strides; of small images those that leave more.
# None reaches beyond the border, where weights of their own would learn nothing.
WINDOWS = (5, (2, 2))
WINDOWS_OF_SMALL_IMAGES = (3, (1, 2))
SMALL_IMAGES = 13  # side below which the larger windows do not fit twice
SMALLEST_IMAGES = 5
CONVOLUTION, LOCAL, DENSE, NARROW = NETWORKS = (
    "convolution",
    "locally connected",
    "dense",
    "dense, as few weights",
)
# Rates of Adam to begin with.
RATES = (0.001, 0.003, 0.01)


def windows(image_shape: Sequence[int]) -> tuple[int, tuple[int, int]]:
    """Returns the width of the windows in images of a shape, and the strides of both layers.

    Raises:
        ValueError: for images that the windows do not fit.
    """
    if min(image_shape[:2]) < SMALLEST_IMAGES:
        raise ValueError(
            f"Expected images of at least {SMALLEST_IMAGES} x {SMALLEST_IMAGES} pixels, for two "
            f"layers of windows. Received: images of shape {tuple(image_shape)}."
        )
    return WINDOWS_OF_SMALL_IMAGES if min(image_shape[:2]) < SMALL_IMAGES else WINDOWS


def num_units(image_shape: Sequence[int]) -> list[int]:
    """Returns the numbers of hidden units of the two layers that see images of a shape."""
    size, strides = windows(image_shape)
    sides, numbers = image_shape[:2], []
    for maps, stride in zip(NUM_MAPS, strides, strict=True):
        sides = [(side - size) // stride + 1 for side in sides]
        numbers.append(maps * math.prod(sides))
    return numbers


def few_units(image_shape: Sequence[int], num_classes: int) -> list[int]:
    """Returns the widths of two dense layers with about as many weights as the convolution.

    The first is as wide as there are weights for, if the second has half its width. The second is
    then as wide as comes nearest.
    """
    size, _ = windows(image_shape)
    height, width, *channels = image_shape
    num_channels = math.prod(channels)
    maps, further_maps = NUM_MAPS
    features = num_units(image_shape)[1]
    weights = (size**2 * num_channels + 1) * maps
    weights += (size**2 * maps + 1) * further_maps + (features + 1) * num_classes

    num_pixels = height * width * num_channels
    first = 1
    while _dense_weights(num_pixels, first + 1, (first + 1) // 2, num_classes) <= weights:
        first += 1
    left = weights - _dense_weights(num_pixels, first, 0, num_classes)
    return [first, max(1, round(left / (first + 1 + num_classes)))]


def _dense_weights(num_pixels, first, second, num_classes):
    return (num_pixels + 1) * first + (first + 1) * second + (second + 1) * num_classes


def size(name: str, image_shape: Sequence[int], num_classes: int) -> dict[str, int]:
    """Returns how many numbers a network learns, and how many products a row takes.

    A product is one of a weight and a value: a connection. Biases are learned, and connect nothing.
    Arguments as of `build`.
    """
    import keras

    network, number = build(name, 0.0, image_shape, num_classes, 1), 0
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            shared = isinstance(layer, keras.layers.Conv2D)
            places = math.prod(layer.output.shape[1:3]) if shared else 1
            number += places * math.prod(layer.kernel.shape)
    return {"num_weights": network.count_params(), "num_connections": number}


def build(
    name: str, rate: float, image_shape: Sequence[int], num_classes: int, total_steps: int
) -> "keras.Model":
    """Returns a compiled network of two layers of rectified linear units and one of answers.

    Args:
        name: one of `NETWORKS`.
        rate: initial learning rate.
        image_shape: `(height, width)` or `(height, width, channels)` of what comes as flat rows.
        num_classes: number of classes.
        total_steps: number of updates until the rate is zero.
    """
    import keras

    like = {"activation": "relu", "kernel_initializer": "he_normal"}
    if name in (CONVOLUTION, LOCAL):
        hidden = _windowed(name, image_shape, like)
    else:
        widths = num_units(image_shape) if name == DENSE else few_units(image_shape, num_classes)
        hidden = [keras.layers.Dense(width, **like) for width in widths]
    outputs = keras.layers.Dense(num_classes, "softmax")
    network = keras.Sequential([keras.Input((math.prod(image_shape),)), *hidden, outputs])
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, total_steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=20,
        # XLA makes copies of windows several times as fast, and slows down convolutions.
        jit_compile=name == LOCAL,
    )
    return network


def _windowed(name, image_shape, like):
    import keras

    from kerasdeep.layers import LocallyConnected2D

    layer = keras.layers.Conv2D if name == CONVOLUTION else LocallyConnected2D
    size, strides = windows(image_shape)
    height, width, *channels = image_shape
    maps = [
        layer(number, size, stride, data_format="channels_last", **like)
        for number, stride in zip(NUM_MAPS, strides, strict=True)
    ]
    images = keras.layers.Reshape((height, width, *(channels or [1])))
    return [images, *maps, keras.layers.Flatten()]
