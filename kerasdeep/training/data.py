"""A first look at the rows that a user hands over, and errors that say how to mend them."""

import math
import types
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep.backend.types import Tensor
from kerasdeep.training.arguments import is_array
from kerasdeep.units.base import Unit

if TYPE_CHECKING:
    from kerasdeep.training.checked import CheckedModel

MAX_ROWS = 10_000


def checked_rows(arguments: dict[str, Any], model: "CheckedModel") -> np.ndarray | None:
    """Checks the training and validation data of a call of `fit`, before anything is trained.

    Args:
        arguments: what `fit_arguments` returned.
        model: the model to train.

    Returns:
        The first training rows, as `first_rows`; of a Python generator those of its first batch,
        which it gives again.

    Raises:
        ValueError: for data that the visible units cannot have.
    """
    num_visible = model.row_shape[-1] if model.built else None
    if isinstance(arguments.get("x"), types.GeneratorType):
        rows = _seen(arguments, part=0)
    else:
        rows = first_rows(arguments.get("x"), arguments.get("validation_split", 0.0))
    if rows is not None:
        model.check_rows(rows, num_visible)
        num_visible = rows.shape[-1]
    validation, _, _ = keras.utils.unpack_x_y_sample_weight(arguments.get("validation_data"))
    validation = first_rows(validation)
    if validation is not None:
        model.check_rows(validation, num_visible)
    return rows


def first_targets(arguments: dict[str, Any], model: "CheckedModel") -> np.ndarray | None:
    """Returns the rows that `fit` is to make of the first ones, None where it gets none.

    Args:
        arguments: what `fit_arguments` returned; of a Python generator, the first batch is given
            again.
        model: the model to train.

    Raises:
        ValueError: for rows that the visible units cannot have.
    """
    if not model.takes_targets:
        return None
    x, targets = arguments["x"], arguments.get("y")
    if isinstance(x, types.GeneratorType):
        targets = _seen(arguments, part=1)
    elif not is_array(x):
        targets = first_rows(x, num_rows=1, part=1)
        if _are_rows(targets):
            targets = first_rows(x, part=1)
    elif targets is not None:
        targets = first_rows(targets, arguments.get("validation_split", 0.0))
    if not _are_rows(targets):
        return None
    model.check_rows(targets)
    return targets


def _are_rows(targets):
    """Whether targets are rows to make, and not labels or nothing."""
    return targets is not None and targets.shape[1:] not in ((), (1,))


def _seen(arguments, part):
    """Returns a part of the first batch of a generator, which will give it again; None of none."""
    generator = arguments["x"]
    first = next(generator, None)
    if first is None:
        return None

    def batches():
        yield first
        yield from generator

    arguments["x"] = batches()
    found = keras.utils.unpack_x_y_sample_weight(first)[part]
    return None if found is None else keras.ops.convert_to_numpy(found)


def first_rows(
    data: Any, validation_split: float = 0.0, num_rows: int = MAX_ROWS, part: int = 0
) -> np.ndarray | None:
    """Returns the first rows that `fit` would train on, without using them up.

    Args:
        data: what `fit` accepts as `x`.
        validation_split: fraction of an array that `fit` keeps for validation.
        num_rows: how many rows to return of a data set that comes in batches. Arrays come whole.
        part: which part of a batch: 0 for the rows, 1 for what stands beside them. Default 0.

    Returns:
        A NumPy array, or None for a Python generator, which can be read only once, or a part that
        batches do not have.

    Raises:
        ValueError: if there are no rows.
    """
    if data is None or isinstance(data, types.GeneratorType):
        return None
    if is_array(data):
        rows = np.asarray(data)
        rows = rows[: int(len(rows) * (1 - validation_split))] if rows.ndim else rows[None]
    else:
        batches, count = [], 0
        for batch in data:
            x = keras.utils.unpack_x_y_sample_weight(batch)[part]
            if x is None:
                return None
            x = keras.ops.convert_to_numpy(x)
            if batches and x.shape[1:] != batches[0].shape[1:]:  # images of another size
                break
            batches.append(x)
            count += len(batches[-1])
            if count >= num_rows:
                break
        rows = np.concatenate(batches)[:num_rows] if batches else np.empty((0, 0))
    if rows.size == 0:
        raise ValueError(
            f"Expected at least one row of data. Received: an empty array or data set "
            f"of shape {rows.shape}."
        )
    return rows


def expected_values(owner: str, unit: Unit) -> str:
    """Returns the sentence that says which values data for a unit type may have."""
    low, high = unit.support
    if high < math.inf:
        allowed = f"values in [{low:g}, {high:g}]"
    else:
        allowed = "finite values" if low < 0 else "finite values of at least 0"
    remedy = "Replace NaN and infinity"
    if unit.name is None:
        remedy += ", or scale the data: other values are never made." if high < math.inf else "."
    elif unit.support == (0.0, 1.0):
        remedy = "Replace NaN, scale the data (x / 255?), or pass visible='gaussian'."
    else:
        remedy += ", or choose another type of visible units."
    which = f" for {unit.name} visible units" if unit.name else ""
    return f"{owner} expects {allowed}{which}. {remedy}"


SHAPES = {
    2: ("(num_rows, num_visible)", "Flatten images with x.reshape(len(x), -1)."),
    4: ("(num_images, height, width, channels)", "Grey images have one channel."),
}


def check_shape(
    rows: Tensor | np.ndarray, model: "CheckedModel", num_visible: int | None = None
) -> None:
    """Raises a ValueError for data of another rank, or another width, than a model's visible units.

    Args:
        rows: array.
        model: the model, with its `expected_rank`.
        num_visible: expected number of columns. Default None: any.
    """
    owner = type(model).__name__
    if model.expected_rank not in (None, len(rows.shape)):
        rank = model.expected_rank
        shape, remedy = SHAPES.get(rank, (f"of {rank} axes", "Reshape it."))
        raise ValueError(
            f"{owner} expects data of shape {shape}. Received: shape {rows.shape}. {remedy}"
        )
    if num_visible not in (None, rows.shape[-1]):
        raise ValueError(
            f"{owner} expects rows of {num_visible} values. Received: rows of "
            f"{rows.shape[-1]}. Pass data of the same width, or make a new model."
        )


def check_rows(rows: np.ndarray, model: "CheckedModel", num_visible: int | None = None) -> None:
    """Checks data for the visible units of a model.

    Args:
        rows: NumPy array.
        model: the model, with its `expected_rank` and the `visible` units of its lowest layer.
        num_visible: expected number of columns. Default None: any.

    Raises:
        ValueError: for another rank or width, or values outside the units' support.
    """
    owner, unit = type(model).__name__, model.visible_unit
    check_shape(rows, model, num_visible)
    if rows.dtype.kind not in "biuf":
        raise ValueError(f"{owner} expects numbers. Received: data of type {rows.dtype}.")
    unit.check_width(rows.shape[-1])
    column = 0
    for part, num_columns in unit.parts(rows.shape[-1]):
        own = rows[..., column : column + num_columns]
        low, high = own.min(), own.max()
        # Written so that NaN, which compares false with everything, is refused too.
        if not (max(part.support[0], -3e38) <= low and high <= min(part.support[1], 3e38)):
            raise ValueError(f"{expected_values(owner, part)} Received: min={low:g}, max={high:g}.")
        part.check_rows(own)
        column += num_columns
