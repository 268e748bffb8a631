"""Groups of values side by side along an axis: pieces of a unit, or channels."""

import numbers
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep.backend.types import Tensor


def axis_number(value: Any, owner: str) -> int:
    """Returns an axis as an int, or raises a ValueError if it is not an integer other than 0."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value == 0:
        raise ValueError(
            f"{owner} expects axis to be an integer other than 0, which is the axis of examples. "
            f"Received: axis={value!r}."
        )
    return int(value)


def check_groups(
    layer: keras.layers.Layer, input_shape: Sequence[int | None], axis: int, size: int
) -> None:
    """Raises a ValueError unless the values along an axis are groups of a size."""
    name, rank = type(layer).__name__, len(input_shape)
    if not -rank < axis < rank:
        raise ValueError(
            f"{name} expects an axis of its inputs after the first, which is the axis of examples. "
            f"Received: axis={axis}, inputs of shape {tuple(input_shape)}."
        )
    number = input_shape[axis]
    if number is None or number % size:
        raise ValueError(
            f"{name} expects a multiple of {size} values along axis {axis}. "
            f"Received: inputs of shape {tuple(input_shape)}."
        )


def members(values: Tensor, axis: int, size: int) -> list[Tensor]:
    """Returns the first value of every group, the second, and so on, as `size` tensors."""
    axis %= len(values.shape)
    shape = ops.shape(values)
    grouped = (*shape[:axis], values.shape[axis] // size, size, *shape[axis + 1 :])
    # Tensors apart are reduced twice as fast as an axis of a few values.
    return ops.unstack(ops.reshape(values, grouped), size, axis + 1)


def shape_of_groups(
    input_shape: Sequence[int | None], axis: int, size: int
) -> tuple[int | None, ...]:
    """Returns the shape of one value a group."""
    shape = list(input_shape)
    shape[axis] //= size
    return tuple(shape)
