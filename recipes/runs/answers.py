"""What recipes ask of a model, answered for plain Keras classifiers too.

Models of the library say themselves whether they learn from labels, how many classes they know,
what their rows look like. A fine-tuned `keras.Sequential` does not.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasdeep.recipes.data import Split

if TYPE_CHECKING:
    from kerasdeep.training.model import TrainedModel


@dataclass(frozen=True)
class PlainClassifier:
    """The answers of a built `keras.Sequential` that ends in a softmax."""

    model: keras.Model
    learns_from_labels = True

    @property
    def num_classes(self) -> int:
        return self.model.output_shape[-1]

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return self.model.input_shape[1:]

    def total_epochs(self, epochs: int) -> int:
        return epochs

    def initialize_from(self, rows: np.ndarray) -> None:
        """Does nothing: its weights are set already."""


def ask(model: keras.Model) -> "TrainedModel | PlainClassifier":
    """Returns who answers for a model: itself, or a `PlainClassifier`."""
    return model if hasattr(model, "learns_from_labels") else PlainClassifier(model)


def measure(model: keras.Model, split: Split) -> dict[str, float]:
    """Returns what `evaluate` reports on a `Split`, and the error rate of a classifier."""
    labels = ask(model).learns_from_labels
    results = model.evaluate(split.batches(1000, labels=labels), verbose=0, return_dict=True)
    if ask(model) is model:
        del results["loss"]  # of models of the library another number, up to its sign
    return {**results, "error": 1 - results["accuracy"]} if labels else results


def validation_error(history: dict[str, list[float]]) -> list[tuple[str, str, str]]:
    """Returns the row of a table that tells a classifier's last validation error, if it has one."""
    if "val_accuracy" not in history:
        return []
    error = 100 * (1 - history["val_accuracy"][-1])
    return [("validation error", f"{error:.2f} %", "of rows held out")]
