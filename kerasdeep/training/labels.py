"""Labels of rows: numbers of classes, or one-hot."""

from typing import TYPE_CHECKING

import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor

if TYPE_CHECKING:
    from kerasdeep.training.checked import CheckedModel


def check_labels(labels: np.ndarray, model: "CheckedModel") -> None:
    """Raises a ValueError for labels that a model cannot learn from.

    Args:
        labels: NumPy array.
        model: the model, with its `num_classes`.
    """
    name, classes = type(model).__name__, model.num_classes
    if labels.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} expects labels that are numbers. Received: labels of type {labels.dtype}. "
            "Number the classes: np.unique(y, return_inverse=True)[1]."
        )
    if classes is not None and labels.shape[1:] not in ((), (1,), (classes,)):
        raise ValueError(
            f"{name} expects labels of shape (num_rows,), or one-hot ones of shape (num_rows, "
            f"{classes}). Received: shape {labels.shape}."
        )


def classes_to_draw(labels: ArrayLike | None, num_classes: int | None) -> Tensor | None:
    """Returns numbers of classes as an int32 tensor, None for None.

    Raises:
        ValueError: for a model without label units, or labels that are no numbers of its classes.
    """
    if labels is None:
        return None
    labels = np.asarray(labels)
    if num_classes is None:
        raise ValueError(
            "sample holds the label units of a model that has some. Received: labels, and a model "
            "with num_classes=None."
        )
    known = labels.dtype.kind in "iu" and labels.ndim == 1 and labels.size
    if not known or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(
            f"sample expects labels to be whole numbers from 0 to {num_classes - 1}, one a sample. "
            f"Received: {labels!r}."
        )
    return ops.convert_to_tensor(labels, "int32")


def checked_labels(label: ArrayLike | None, model: "CheckedModel") -> Tensor:
    """Returns numbers of classes, in a step that stops at labels that a model cannot learn from.

    Args:
        label: numbers, shape `(batch,)` or `(batch, 1)`; or one-hot labels, shape
            `(batch, num_classes)`.
        model: the model, with its `num_classes`.

    Returns:
        float32 tensor of shape `(batch,)`, -1 for rows without a label.

    Raises:
        ValueError: for no labels at all.
    """
    name, classes = type(model).__name__, model.num_classes
    if label is None:
        raise ValueError(f"{name} needs labels. Received: no y. Pass -1 for rows without one.")
    message = (
        f"{name} expects labels from 0 to {classes - 1}, or -1 for rows without one; or one-hot "
        "labels."
    )
    return backend.check_values(_number_of_class(label, classes), (-1.0, classes - 1.0), message)


def _number_of_class(label, num_classes):
    """Returns numbers as they are; of one-hot labels, -1 for a row of zeros, -2 for other rows."""
    label = ops.cast(label, "float32")
    if label.shape[1:] != (num_classes,):
        return ops.reshape(label, (-1,))
    hot = ops.all((label == 0) | (label == 1), axis=1) & (ops.sum(label, axis=1) <= 1)
    number = ops.cast(ops.argmax(label, axis=1), "float32")
    number = ops.where(ops.any(label == 1, axis=1), number, -1.0)
    return ops.where(hot, number, -2.0)
