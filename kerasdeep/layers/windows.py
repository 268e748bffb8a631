"""Windows that pooling looks through, of images or of channels."""

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep.backend.types import Tensor


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
    ends = [size - 1 for size in sizes]
    return [
        values[
            tuple(
                slice(first, first - end or None, stride)
                for first, end, stride in zip(place, ends, strides, strict=True)
            )
        ]
        for place in places
    ]


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


def check_groups(
    layer: keras.layers.Layer, input_shape: Sequence[int | None], axis: int, size: int
) -> None:
    """Raises a ValueError unless the values along an axis are groups of a size."""
    number = input_shape[axis]
    if number is None or number % size:
        raise ValueError(
            f"{type(layer).__name__} expects a multiple of {size} values along axis {axis}. "
            f"Received: inputs of shape {tuple(input_shape)}."
        )


class Pooling2D(keras.layers.Layer):
    """Base class of layers that make one value of every window of an image.

    Args:
        pool_size, strides, padding, data_format: as of `keras.layers.MaxPooling2D`.
    """

    def __init__(
        self,
        pool_size: int | tuple[int, int],
        strides: int | tuple[int, int] | None,
        padding: str,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.pool_size = _pair(pool_size, name, "pool_size")
        self.strides = self.pool_size if strides is None else _pair(strides, name, "strides")
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

    def _per_axis(self, pair, other):
        values = [other] * 4
        for axis, value in zip(self._axes, pair, strict=True):
            values[axis] = value
        return values

    def windows_of(self, images: Tensor) -> list[Tensor]:
        """Returns `windows` of images, beyond whose borders there are zeros."""
        if self.padding == "same":
            pads = [self._pad(images.shape[axis], i) for i, axis in enumerate(self._axes)]
            images = ops.pad(images, self._per_axis(pads, (0, 0)))
        return windows(images, self._per_axis(self.pool_size, 1), self._per_axis(self.strides, 1))

    def _pad(self, size, index):
        window, stride = self.pool_size[index], self.strides[index]
        total = max((-(-size // stride) - 1) * stride + window - size, 0)
        return total // 2, total - total // 2

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        shape = list(input_shape)
        for index, axis in enumerate(self._axes):
            size, window, stride = shape[axis], self.pool_size[index], self.strides[index]
            if size is None and self.padding == "same":
                raise ValueError(
                    f"{type(self).__name__} with padding='same' expects images of a known size. "
                    f"Received: inputs of shape {tuple(input_shape)}."
                )
            if size is not None and self.padding == "valid" and window > size:
                raise ValueError(
                    f"{type(self).__name__} expects images of at least {self.pool_size}, the size "
                    f"of its window. Received: inputs of shape {tuple(input_shape)}."
                )
            if size is not None:
                outside = 0 if self.padding == "same" else window - 1
                shape[axis] = -(-(size - outside) // stride)
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        names = ("pool_size", "strides", "padding", "data_format")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _pair(value, name, argument):
    pair = (value, value) if isinstance(value, int) else tuple(value)
    if len(pair) != 2 or min(pair) < 1:
        raise ValueError(
            f"{name} expects {argument} as a whole number of at least 1, or two. Received: "
            f"{argument}={value!r}."
        )
    return pair
