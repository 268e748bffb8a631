"""Ends a training that gets no better, also where it was killed and goes on."""

import keras
import keras_tuner
import numpy as np


class Patience(keras.callbacks.Callback):
    """Stops after so many epochs in a row that were no better than the best before.

    Unlike `keras.callbacks.EarlyStopping` it counts epochs before an interruption.

    Args:
        objective: what is compared, where it is measured; else nothing stops.
        epochs: how many.
        before: history of the training so far.
    """

    def __init__(
        self, objective: keras_tuner.Objective, epochs: int, before: dict[str, list[float]]
    ) -> None:
        super().__init__()
        self.objective, self.epochs = objective, epochs
        self.values = list(before.get(objective.name, []))

    @property
    def exhausted(self) -> bool:
        """Whether the last epochs were no better."""
        values = np.array(self.values) * (-1 if self.objective.direction == "max" else 1)
        return len(values) > self.epochs and len(values) - 1 - values.argmin() >= self.epochs

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if self.objective.name in (logs or {}):
            self.values.append(float(logs[self.objective.name]))
            self.model.stop_training |= self.exhausted
