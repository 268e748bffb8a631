"""Which way the numbers get better that models report."""

from collections.abc import Sequence

import keras

UP = ("accuracy", "log_likelihood", "lower_bound", "precision")
DOWN = (
    "correlation_gap",
    "cross_entropy",
    "frechet_distance",
    "mistakes",
    "reconstruction_error",
    "reconstruction_loss",
    "rmse",
    "squared_error",
)


def direction_of(name: str) -> str | None:
    """Returns `"max"` or `"min"`, what is best of a number with this name; None if that depends.

    Args:
        name: as in the logs of `fit`; of validation rows it begins with `val_`, of a layer or block
            with its name.
    """
    if name.endswith(UP):
        return "max"
    return "min" if name.endswith(DOWN) or name.removeprefix("val_") == "loss" else None


def directed(callbacks: Sequence[keras.callbacks.Callback]) -> list[keras.callbacks.Callback]:
    """Returns the callbacks of a `fit`, which now know which way what they watch gets better.

    Keras knows it of a user's metrics alone, and would stop at `EarlyStopping("val_accuracy")`.
    """
    for callback in callbacks:
        if getattr(callback, "mode", None) == "auto" and hasattr(callback, "monitor"):
            callback.mode = direction_of(callback.monitor) or "auto"
    return list(callbacks)
