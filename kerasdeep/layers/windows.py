"""Windows that layers look through, of images or of channels."""

import functools
import itertools
import math
import numbers
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep.backend.arguments import positive_integer
from kerasdeep.backend.types import Tensor


def is_number(value: Any) -> bool:
    """Returns whether a value is a real number, infinity among them, and no bool."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def windows(values: Tensor, sizes: Sequence[int], strides: Sequence[int]) -> list[Tensor]:
    """Returns the values that windows have at each of their places, one tensor a place.

    Args:
        values: any tensor.
        sizes: of a window, along each axis of the tensor; 1 where it does not reach.
        strides: steps between windows, likewise.

    Returns:
        `math.prod(sizes)` tensors, each with one value for every window.
    """
    places = itertools.product(*(range(size) for size in sizes))
    reach = [length - size + 1 for length, size in zip(ops.shape(values), sizes, strict=True)]
    # An index would do, but TensorFlow computes the gradient of `ops.slice` ten times as fast.
    slices = [ops.slice(values, place, reach) for place in places]
    if max(strides) == 1:
        return slices
    steps = tuple(slice(None, None, stride) for stride in strides)
    return [part[steps] for part in slices]


def largest(places: Sequence[Tensor]) -> Tensor:
    """Returns the largest value of each window."""
    return functools.reduce(ops.maximum, places)


def norm(places: Sequence[Tensor], p: float) -> Tensor:
    r"""Returns the norm of each window, $(\sum_i |x_i|^p)^{1/p}$; of zeros 0, with gradient 0.

    Args:
        places: as of `windows`.
        p: at least 1, or `math.inf`.
    """
    sizes = [ops.abs(place) for place in places]
    if math.isinf(p):
        return largest(sizes)
    # Relative to the largest, powers neither overflow nor vanish.
    top = ops.stop_gradient(largest(sizes))
    positive = top > 0
    unit = ops.where(positive, top, 1.0)
    total = sum(ops.power(size / unit, p) for size in sizes)
    return top * ops.power(ops.where(positive, total, 1.0), 1 / p)


class Windowed2D(keras.layers.Layer):
    """Base class of layers that make something of every window of an image.

    Args:
        window_size: height and width of a window, or one number for both.
        strides, padding, data_format: as of `keras.layers.MaxPooling2D`.

    Attributes:
        size_name: what the arguments of a layer call the size of its window.
    """

    size_name: str

    def __init__(
        self,
        window_size: int | tuple[int, int],
        strides: int | tuple[int, int] | None,
        padding: str,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.window_size = _pair(window_size, name, self.size_name)
        self.strides = self.window_size if strides is None else _pair(strides, name, "strides")
        if padding not in ("valid", "same"):
            raise ValueError(
                f"{name} expects padding 'valid' or 'same'. Received: padding={padding!r}."
            )
        self.padding = padding
        self.data_format = data_format or keras.config.image_data_format()
        if self.data_format not in ("channels_first", "channels_last"):
            raise ValueError(
                f"{name} expects data_format 'channels_last' or 'channels_first'. Received: "
                f"data_format={data_format!r}."
            )
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.compute_output_shape(input_shape)
        super().build(input_shape)

    @property
    def _axes(self):
        return (1, 2) if self.data_format == "channels_last" else (2, 3)

    def windows_of(self, images: Tensor, axes: tuple[int, int] | None = None) -> list[Tensor]:
        """Returns `windows` of images, beyond whose borders there are zeros.

        Args:
            axes: of rows and of columns. Default None: those of `data_format`.
        """
        axes = axes or self._axes
        if self.padding == "same":
            pads = [self._pad(images.shape[axis], i) for i, axis in enumerate(axes)]
            images = ops.pad(images, _per_axis(axes, pads, (0, 0)))
        sizes, strides = (_per_axis(axes, pair, 1) for pair in (self.window_size, self.strides))
        return windows(images, sizes, strides)

    def _pad(self, size, index):
        window, stride = self.window_size[index], self.strides[index]
        total = max((-(-size // stride) - 1) * stride + window - size, 0)
        return total // 2, total - total // 2

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        shape = list(input_shape)
        for index, axis in enumerate(self._axes):
            size, window, stride = shape[axis], self.window_size[index], self.strides[index]
            if size is None and self.padding == "same":
                raise ValueError(
                    f"{type(self).__name__} with padding='same' expects images of a known size. "
                    f"Received: inputs of shape {tuple(input_shape)}."
                )
            if size is not None and self.padding == "valid" and window > size:
                raise ValueError(
                    f"{type(self).__name__} expects images of at least {self.window_size}, the "
                    f"size of its window. Received: inputs of shape {tuple(input_shape)}."
                )
            if size is not None:
                outside = 0 if self.padding == "same" else window - 1
                shape[axis] = -(-(size - outside) // stride)
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("strides", "padding", "data_format")}
        return {**super().get_config(), self.size_name: self.window_size, **own}


class Pooling2D(Windowed2D):
    """Base class of layers that make one value of every window of an image."""

    size_name = "pool_size"

    @property
    def pool_size(self) -> tuple[int, int]:
        return self.window_size


def _per_axis(axes, pair, other):
    values = [other] * 4
    for axis, value in zip(axes, pair, strict=True):
        values[axis] = value
    return values


def _pair(value, name, argument):
    try:
        height, width = (value, value) if isinstance(value, numbers.Integral) else value
        return tuple(positive_integer(size, argument, name) for size in (height, width))
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} expects {argument} as a whole number of at least 1, or two. Received: "
            f"{argument}={value!r}."
        ) from None
