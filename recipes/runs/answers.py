"""What recipes ask of a model, answered for plain Keras networks too.

Models of the library say themselves whether they learn from labels, how many classes they know,
what their rows look like. A fine-tuned `keras.Sequential` does not.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasdeep.layers import TestTimeAugmentation
from kerasdeep.recipes.data import Split

if TYPE_CHECKING:
    from kerasdeep.training.model import TrainedModel


@dataclass(frozen=True)
class PlainNetwork:
    """The answers of a built Keras model that ends in a softmax, or in one number."""

    model: keras.Model
    learns_from_labels = True

    @property
    def num_classes(self) -> int | None:
        """Number of classes, None where a number is predicted."""
        width = self.model.output_shape[-1]
        return width if width > 1 else None

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return self.model.input_shape[1:]

    def total_epochs(self, epochs: int) -> int:
        return epochs

    def initialize_from(self, rows: np.ndarray) -> None:
        """Does nothing: its weights are set already."""


def ask(model: keras.Model) -> "TrainedModel | PlainNetwork":
    """Returns who answers for a model: itself, or a `PlainNetwork`."""
    return model if hasattr(model, "learns_from_labels") else PlainNetwork(model)


def without_views(model: keras.Model) -> keras.Model:
    """Returns the network itself, of which a model may average the answers to several views."""
    *_, last = model, *model.layers
    return last.layer if isinstance(last, TestTimeAugmentation) else model


def measure(model: keras.Model, split: Split) -> dict[str, float]:
    """Returns what `evaluate` reports on a `Split`, and the error rate of a classifier."""
    answers = ask(model)
    batches = split.batches(1000, labels=answers.learns_from_labels)
    results = model.evaluate(batches, verbose=0, return_dict=True)
    if answers is model:
        del results["loss"]  # of models of the library another number, up to its sign
    return {**results, "error": 1 - results["accuracy"]} if "accuracy" in results else results


def validation_error(history: dict[str, list[float]]) -> list[tuple[str, str, str]]:
    """Returns the row of a table that tells a classifier's last validation error, if it has one."""
    if "val_accuracy" not in history:
        return []
    error = 100 * (1 - history["val_accuracy"][-1])
    return [("validation error", f"{error:.2f} %", "of rows held out")]
