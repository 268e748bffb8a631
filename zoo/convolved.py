"""Networks of convolutions from and to images."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def generator(
    row_shape: tuple[int, ...], num_filters: int, normalized: bool
) -> "list[keras.layers.Layer]":
    """Returns layers from noise to images: two steps, each twice as large as the one before.

    Args:
        row_shape: `(height, width, channels)` of the images.
        num_filters: channels of the step before the images, half of those of the first.
        normalized: whether to normalize over the batch.
    """
    from keras.layers import BatchNormalization, Conv2DTranspose, Dense, ReLU, Reshape

    def then():
        return [*([BatchNormalization()] if normalized else []), ReLU()]

    small = _small(row_shape, num_filters)
    return [
        Dense(small[0] * small[1] * small[2], use_bias=not normalized),
        *then(),
        Reshape(small),
        Conv2DTranspose(num_filters, 4, 2, "same", use_bias=not normalized),
        *then(),
        Conv2DTranspose(row_shape[-1], 4, 2, "same", activation="sigmoid"),
        *_crop(row_shape),
    ]


def discriminator(num_filters: int, normalized: bool) -> "list[keras.layers.Layer]":
    """Returns layers from images to one number: two steps, each half as large as the one before.

    Args:
        num_filters: channels of the first step, half of those of the second.
        normalized: whether to normalize over the batch.
    """
    from keras.layers import BatchNormalization, Conv2D, Dense, Flatten, LeakyReLU

    middle = [Conv2D(2 * num_filters, 4, 2, "same", use_bias=not normalized)]
    if normalized:
        middle.append(BatchNormalization())
    return [
        Conv2D(num_filters, 4, 2, "same"),
        LeakyReLU(0.2),
        *middle,
        LeakyReLU(0.2),
        Flatten(),
        Dense(1),
    ]


def encoder(
    row_shape: tuple[int, ...], num_filters: int, num_units: int, num_outputs: int
) -> "keras.Sequential":
    """Returns a network from images to numbers: two steps, each half as large as the one before.

    Args:
        row_shape: `(height, width, channels)` of the images.
        num_filters: channels of the first step, half of those of the second.
        num_units: units of a dense layer behind them; 0 for none.
        num_outputs: numbers at its end.
    """
    import keras
    from keras.layers import Conv2D, Dense, Flatten

    layers = [
        keras.Input(row_shape),
        Conv2D(num_filters, 5, 2, "same", activation="gelu"),
        Conv2D(2 * num_filters, 3, 2, "same", activation="gelu"),
        Flatten(),
        *([Dense(num_units, "gelu")] if num_units else []),
        Dense(num_outputs),
    ]
    return keras.Sequential(layers, name="encoder")


def decoder(row_shape: tuple[int, ...], num_filters: int, num_units: int) -> "keras.Sequential":
    """Returns a network from codes to fields of pixels, the way back through `encoder`."""
    import keras
    from keras.layers import Conv2DTranspose, Dense, Reshape

    small = _small(row_shape, num_filters)
    layers = [
        *([Dense(num_units, "gelu")] if num_units else []),
        Dense(math.prod(small), "gelu"),
        Reshape(small),
        Conv2DTranspose(num_filters, 4, 2, "same", activation="gelu"),
        Conv2DTranspose(row_shape[-1], 4, 2, "same"),
        *_crop(row_shape),
    ]
    return keras.Sequential(layers, name="decoder")


def _small(row_shape, num_filters):
    """Returns the shape of an image halved twice, of twice as many channels."""
    height, width, _ = row_shape
    return -(-height // 4), -(-width // 4), 2 * num_filters


def _crop(row_shape):
    """Returns the layer that takes away what four times a quarter is too large; or none."""
    import keras

    height, width, _ = row_shape
    outside = -height % 4, -width % 4
    return [keras.layers.Cropping2D([(0, size) for size in outside])] if any(outside) else []
