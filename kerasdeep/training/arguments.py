"""What a user hands to `fit`, `evaluate` and `predict`: named, prepared, or refused."""

import inspect
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep.backend.arrays import ArrayBatches, can_be_batched
from kerasdeep.training.labels import check_labels
from kerasdeep.training.monitors import directed

if TYPE_CHECKING:
    from kerasdeep.training.checked import CheckedModel


def fit_arguments(
    model: "CheckedModel", args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Names the arguments of a call of `fit` and prepares them for a model of ours.

    Callbacks become a list and know which way a number gets better, targets that nothing needs are
    dropped, and what comes in batches is not asked to be shuffled.

    Returns:
        A dict from argument name to value, ready for `keras.Model.fit`.
    """
    arguments = named(keras.Model.fit, model, args, kwargs)
    arguments["callbacks"] = directed(as_list(arguments.get("callbacks")))
    arguments["x"] = as_rows(arguments.get("x"), model)
    check_targets(arguments.get("y"), arguments.get("sample_weight"), model)
    if isinstance(arguments.get("validation_data"), tuple | list):
        x, y, weight = keras.utils.unpack_x_y_sample_weight(tuple(arguments["validation_data"]))
        check_targets(y, weight, model)
        arguments["validation_data"] = (as_rows(x, model), y, weight)
    if not is_array(arguments["x"]):
        arguments.setdefault("shuffle", False)
    if not model.learns_from_labels:
        _drop_labels(arguments, model)
    return arguments


def named(
    method: Callable[..., Any], model: "CheckedModel", args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Returns the arguments of a call of a method by their names."""
    arguments = inspect.signature(method).bind(model, *args, **kwargs).arguments
    arguments.pop("self")
    others = arguments.pop("kwargs", {})
    return {**arguments, **others}


def _drop_labels(arguments, model):
    x, y = arguments["x"], arguments.get("y")
    if is_array(x) and arguments.get("class_weight") is None:
        arguments["y"] = targets_beside(x, y, arguments.get("sample_weight"), model)
    elif is_array(x) and y is None:
        raise ValueError("class_weight needs labels. Received: no y. Pass y, or sample_weight.")
    validation = arguments.get("validation_data")
    if validation is not None:
        x, y, weight = keras.utils.unpack_x_y_sample_weight(validation)
        if is_array(x):
            arguments["validation_data"] = (x, targets_beside(x, y, weight, model), weight)


def as_list(callbacks: Any) -> list[keras.callbacks.Callback]:
    """Returns callbacks as a list: those of one, of none, or of a single one."""
    if callbacks is None:
        return []
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


def is_array(data: Any) -> bool:
    """Whether data comes whole, and not in batches."""
    return hasattr(data, "shape")


def as_rows(data: Any, model: "CheckedModel") -> Any:
    """Returns data as Keras takes it: a list of rows becomes an array, all else stays as it is.

    Raises:
        ValueError: for nothing, several inputs, a sparse matrix, or rows that were shared out.
    """
    name = type(model).__name__
    if data is None:
        raise ValueError(f"{name} expects data. Received: x=None. Pass an array or a data set.")
    if isinstance(data, Mapping | tuple):
        raise ValueError(
            f"{name} has one input. Received: a {type(data).__name__} of {len(data)}. Pass the "
            "array alone, and labels as y."
        )
    if type(data).__name__.startswith("Distributed"):
        raise ValueError(
            f"{name} gives each device its rows itself. Received: a {type(data).__name__}. Pass "
            "the data set that it was made of."
        )
    if hasattr(data, "toarray") or type(data).__name__ == "SparseTensor":
        raise ValueError(
            f"{name} expects dense data. Received: a sparse {type(data).__name__}. Pass "
            "x.toarray(), or a generator of dense batches where memory is short."
        )
    return np.asarray(data) if isinstance(data, list) else data


def check_targets(labels: Any, weight: Any, model: "CheckedModel") -> None:
    """Raises a ValueError for labels or sample weights that a model cannot learn with.

    Args:
        labels: what `fit` accepts as `y`.
        weight: what `fit` accepts as `sample_weight`.
        model: the model.
    """
    if labels is not None and model.learns_from_labels:
        check_labels(np.asarray(labels), model)
    if weight is not None:
        _check_weight(np.asarray(weight), type(model).__name__)


def _check_weight(weight, name):
    numbers = weight.dtype.kind in "biuf"
    # Written so that NaN, which compares false with everything, is refused too.
    if not numbers or not weight.size or not (weight.min() >= 0 and 0 < weight.max() < np.inf):
        found = f"from {weight.min()} to {weight.max()}" if numbers and weight.size else weight
        raise ValueError(
            f"{name} expects sample weights of at least 0, some above 0. Received: sample_weight "
            f"{found}. Leave out rows that have no weight."
        )


def targets_beside(data: Any, targets: Any, sample_weight: Any, model: "CheckedModel") -> Any:
    """Returns targets to hand to Keras for a model that does not learn from labels.

    They are rows to make, for a model that takes such, or else stand-ins, without which Keras drops
    sample weights.
    """
    if model.takes_targets and np.ndim(targets) > 1:
        return targets
    return None if sample_weight is None else np.zeros(len(data), "float32")


def in_array_batches(arguments: dict[str, Any]) -> dict[str, Any]:
    """Returns arguments of `fit` with plain arrays as `ArrayBatches`; others as they are."""
    arrays = [arguments.get(name) for name in ("x", "y", "sample_weight")]
    unusual = {"validation_split", "class_weight", "steps_per_epoch"}
    plain = arguments.get("shuffle", True) in (True, False)
    if any(arguments.get(name) for name in unusual) or not plain or not can_be_batched(arrays):
        return arguments
    if arrays[0] is None:
        return arguments
    batches = ArrayBatches(
        tuple(arrays), arguments.get("batch_size") or 32, arguments.get("shuffle", True)
    )
    rest = {k: v for k, v in arguments.items() if k not in ("y", "sample_weight", "batch_size")}
    if arguments.get("validation_data") is not None:
        rest.setdefault("validation_batch_size", arguments.get("batch_size"))
    return {**rest, "x": batches.dataset(), "shuffle": False}


def num_batches(arguments: dict[str, Any]) -> int | None:
    """Returns how many batches an epoch of `fit` or `evaluate` has, or None where nobody knows."""
    x, size = arguments.get("x"), arguments.get("batch_size") or 32
    if is_array(x):
        return math.ceil(int(len(x) * (1 - (arguments.get("validation_split") or 0))) / size)
    known = int(x.cardinality()) if hasattr(x, "cardinality") else 0
    return known if known > 0 else None
