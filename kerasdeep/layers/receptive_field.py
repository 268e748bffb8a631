"""Which part of an image a unit of a convolutional network sees."""

from dataclasses import dataclass

import keras

WHOLE_IMAGE = (
    keras.layers.Flatten,
    keras.layers.GlobalAveragePooling2D,
    keras.layers.GlobalMaxPooling2D,
    keras.layers.Reshape,
)
UNKNOWN = (
    keras.Model,
    keras.layers.Wrapper,
    keras.layers.Conv2DTranspose,
    keras.layers.UpSampling2D,
    keras.layers.ZeroPadding2D,
    keras.layers.Cropping2D,
)


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of a layer see of an image, in pixels; first of rows, then of columns.

    Attributes:
        size: height and width of the window that a unit sees.
        strides: how far the windows of neighbouring units are apart.
        start: upper left corner of the first unit's window; below 0 where that begins outside.
    """

    size: tuple[int, int]
    strides: tuple[int, int]
    start: tuple[int, int]

    def of_unit(self, row: int, column: int) -> tuple[slice, slice]:
        """Returns the rows and the columns of an image that a unit sees, as far as there are some.

        Args:
            row, column: place of the unit in its layer, from 0.
        """
        places = zip((row, column), self.start, self.strides, self.size, strict=True)
        corners = [(start + number * stride, size) for number, start, stride, size in places]
        rows, columns = (slice(max(0, first), max(0, first + size)) for first, size in corners)
        return rows, columns


def receptive_field(network: keras.Sequential, layer: str) -> ReceptiveField:
    r"""Returns what the units of a layer of a network see of an image.

    A layer whose windows have $k$ pixels, $s$ apart, after $p$ of padding, makes of the window of
    $r$ pixels that units below it see, $j$ apart from $t$ on,

    $$r' = r + (k - 1)\,j, \qquad j' = s\,j, \qquad t' = t - p\,j.$$

    Args:
        network: a built `keras.Sequential` for images `(height, width, channels)`.
        layer: name of a layer of it.

    Returns:
        `ReceptiveField`.

    Raises:
        ValueError: for a layer that is not there, one above which each unit sees everything, or
            one of a kind that this does not know.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(6, 5),
    ...     keras.layers.MaxPooling2D(), keras.layers.Conv2D(16, 5),
    ...     keras.layers.MaxPooling2D(name="top")])
    >>> receptive_field(network, "top").size
    (16, 16)

    Reference: Goodfellow, Bengio, Courville (2016), Deep learning, section 9.2. Araujo, Norris, Sim
    (2019), Computing receptive fields of convolutional neural networks. Distill.
    """
    names = [below.name for below in network.layers]
    if layer not in names:
        raise ValueError(
            f"receptive_field expects a layer of the network: {', '.join(names)}. Received: "
            f"layer={layer!r}."
        )
    size, strides, start = [1, 1], [1, 1], [0, 0]
    for below in network.layers[: names.index(layer) + 1]:
        if isinstance(below, WHOLE_IMAGE):
            raise ValueError(
                f"receptive_field expects a layer below {below.name}, above which each unit sees "
                f"the whole image. Received: layer={layer!r}."
            )
        if isinstance(below, UNKNOWN) or _channels_first(below):
            raise ValueError(
                "receptive_field expects convolutions, pooling and layers that look at each place "
                f"alone, channels last. Received: a {type(below).__name__}, {below.name}."
            )
        window = getattr(below, "kernel_size", None) or getattr(below, "pool_size", None)
        if not isinstance(window, tuple):
            continue  # it looks at each place alone
        dilation = getattr(below, "dilation_rate", (1, 1))
        for axis in range(2):
            reach = (window[axis] - 1) * dilation[axis]
            outside = _outside(below, axis, reach)
            size[axis] += reach * strides[axis]
            start[axis] -= outside * strides[axis]
            strides[axis] *= below.strides[axis]
    return ReceptiveField(tuple(size), tuple(strides), tuple(start))


def _channels_first(layer):
    return getattr(layer, "data_format", None) == "channels_first"


def _outside(layer, axis, reach):
    """Returns how many pixels the first window of a layer begins outside of its input."""
    if layer.padding != "same":
        return 0
    length, stride = layer.input.shape[1 + axis], layer.strides[axis]
    if stride > 1 and length is None:
        raise ValueError(
            f"receptive_field expects images of a known size, as {layer.name} pads them. Received: "
            f"a network for images of shape {tuple(layer.input.shape[1:])}."
        )
    if stride == 1:
        return reach // 2
    return max((-(-length // stride) - 1) * stride + reach + 1 - length, 0) // 2
