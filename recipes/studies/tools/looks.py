"""Watches the likelihood of test rows grow while an RBM trains."""

import time
from collections.abc import Sequence

import keras
import numpy as np

from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood

TEMPERATURES_OF_A_LOOK = 500


class Looks(keras.callbacks.Callback):
    """Measures the likelihood of test rows as training goes on, and stops the clock meanwhile.

    Args:
        epochs: after which epochs to look.
        train_rows: where the base model of the annealing starts.
        test_rows: rows to measure.

    Attributes:
        seconds: time of training until each look.
        found: mean log-likelihood at each, in nats.
    """

    def __init__(
        self, epochs: Sequence[int], train_rows: np.ndarray, test_rows: np.ndarray
    ) -> None:
        super().__init__()
        self.epochs, self.train_rows, self.test_rows = epochs, train_rows, test_rows
        self.seconds, self.found = [], []
        self.spent = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.spent += time.perf_counter() - self.start
        if epoch + 1 in self.epochs:
            log_z = annealed_importance_sampling(
                self.model, self.train_rows, TEMPERATURES_OF_A_LOOK, verbose=0
            )
            self.seconds.append(self.spent)
            mean = log_likelihood(self.model, self.test_rows, log_z.mean).mean()
            self.found.append(float(mean))
