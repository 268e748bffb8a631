"""Checks of arguments, with errors that say how to mend them."""

import math
import numbers
from typing import Any

import keras


def positive_integer(value: Any, name: str, owner: str) -> int:
    """Returns a count as an int, or raises a ValueError if it is not an integer of at least 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(
            f"{owner} expects {name} to be an integer, at least 1. Received: {name}={value!r}."
        )
    return int(value)


def class_number(value: Any, owner: str) -> int | None:
    """Returns a number of classes, or raises a ValueError if it is neither None nor at least 2."""
    if value is None or positive_integer(value, "num_classes", owner) > 1:
        return value if value is None else int(value)
    raise ValueError(f"{owner} expects num_classes of at least 2. Received: num_classes={value}.")


def real_number(value: Any, name: str, owner: str, below: float = math.inf) -> float:
    """Returns a float, or raises a ValueError for anything but a number from 0 to below a limit."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if real and 0 <= value < below:
        return float(value)
    limit = "at least 0" if below == math.inf else f"from 0 to below {below:g}"
    raise ValueError(f"{owner} expects {name} to be a number, {limit}. Received: {name}={value!r}.")


def seed_number(value: Any, owner: str) -> int | None:
    """Returns a seed, or raises a ValueError if it is neither None nor an integer of at least 0."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if value is None or (whole and value >= 0):
        return value if value is None else int(value)
    raise ValueError(
        f"{owner} expects seed to be an integer, at least 0, or None. Received: seed={value!r}."
    )


def yes_or_no(value: Any, name: str, owner: str) -> bool:
    """Returns a bool, or raises a ValueError for anything else."""
    if not isinstance(value, bool):
        raise ValueError(f"{owner} expects {name} to be True or False. Received: {name}={value!r}.")
    return value


def keras_layer(
    value: Any, name: str, owner: str, optional: bool = False
) -> keras.layers.Layer | None:
    """Returns a Keras layer or model, or raises a ValueError for anything else."""
    if not (isinstance(value, keras.layers.Layer) or (optional and value is None)):
        raise ValueError(
            f"{owner} expects {name} to be a Keras layer or model. Received: {name}={value!r}."
        )
    return value


def check_layers(value: Any, owner: str) -> None:
    """Raises a ValueError for anything but a list of at least one layer."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{owner} expects a list of at least one layer. Received: {value!r}.")


def check_built(model: Any) -> None:
    """Raises a ValueError for a model that has not seen data and so has no weights."""
    if not model.built:
        name = type(model).__name__
        raise ValueError(
            f"{name} has no weights yet. Call fit, or {name.lower()}.build((None, num_visible))."
        )


def check_float32(model: keras.Model) -> None:
    """Raises a ValueError for a model under a policy whose weights are not float32."""
    if model.variable_dtype != "float32":
        raise ValueError(
            f"{type(model).__name__} keeps its weights in float32, under mixed precision too. "
            f"Received: dtype={model.dtype_policy.name!r}. Pass dtype='mixed_bfloat16', or none."
        )
