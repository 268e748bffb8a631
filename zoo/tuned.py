"""An entry as keras-tuner's tuners take it."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

import keras
import keras_tuner
import numpy as np

from kerasdeep.zoo.entry import MOST_ROWS, Entry
from kerasdeep.zoo.space import Space

REFUSED = {
    "batch_size": "It is a hyper-parameter of the entry: choose it there, and pass fixed=.",
    "validation_split": "Pass validation_data: stages before the last learn from all of x.",
}
MNIST = (60_000, (28, 28, 1), 10)


class EntryModel(keras_tuner.HyperModel):
    """The hyper-model of an entry; see `kerasdeep.zoo.hypermodel`."""

    def __init__(
        self,
        entry: Entry,
        x: np.ndarray | None = None,
        num_classes: int | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        fixed: Iterable[str] = (),
        seed: int | None = None,
    ) -> None:
        super().__init__(entry.name)
        self.entry, self.rows, self.num_classes, self.seed = entry, x, num_classes, seed
        self._ranges, self._fixed = ranges, tuple(fixed)
        self._space()

    def _space(self):
        """Returns the search space of the entry as it fits the data."""
        rows = MNIST[0] if self.rows is None else len(self.rows)
        values = math.prod(MNIST[1] if self.rows is None else self.rows.shape[1:])
        return Space(self.entry.fit_to(rows, values), self._ranges, self._fixed)

    def build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Returns the model of a trial, built and compiled, as it is before any training."""
        entry = self._space().choose(hp)
        rows = self.rows
        if rows is None:
            shape = MNIST[1] if self.entry.takes_images else (784,)
            rows = np.random.default_rng(0).random((2, *shape), "float32")
        classes = self.num_classes or MNIST[2]
        model = entry.prepare(rows, None, self.seed, classes, pretrain=False)
        if (
            model.optimizer and not model.optimizer.built
        ):  # weights of a checkpoint are to find its slots
            model.optimizer.build(model.trainable_variables)
        return model

    def fit(
        self,
        hp: keras_tuner.HyperParameters,
        model: keras.Model,
        x: np.ndarray,
        y: np.ndarray | None = None,
        epochs: int | None = None,
        initial_epoch: int = 0,
        callbacks: Iterable[keras.callbacks.Callback] = (),
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains the entry of a trial; returns the History of its last stage.

        Args:
            hp: the values of the trial.
            model: what `build` returned, of which nothing is wanted: stages come before it.
            x, y: arrays of rows and of labels, if there are any.
            epochs: epochs of the last stage. Default None: the entry's.
            initial_epoch: what Hyperband has of an earlier trial, whose model it does not go on
                with: rates fall to zero with the last epoch, and so a longer trial starts anew.
            callbacks, **kwargs: of its `fit`.

        Raises:
            ValueError: for `batch_size`, `validation_split`, or data that the entry cannot take.
        """
        x = _array(x)
        for name, rather in REFUSED.items():
            if name in kwargs:
                raise ValueError(f"search of an entry does not take {name}. {rather}")
        self.entry.check_data(x, y)
        if self.rows is None:
            self.rows = x[:MOST_ROWS]
        if y is not None and self.num_classes is None:
            self.num_classes = int(np.max(y)) + 1
        entry = self._space().choose(hp)
        entry = dataclasses.replace(entry, epochs=epochs or entry.epochs)
        *before, last = entry.stages()
        return entry.prepare(x, y, self.seed, self.num_classes).fit(
            x,
            y,
            batch_size=entry.rows_a_step,
            epochs=[*before, last] if before else last,
            initial_epoch=sum(before),
            callbacks=[*callbacks, *entry.callbacks()],
            **kwargs,
        )


def _array(x):
    if not hasattr(x, "shape"):
        raise ValueError(f"search expects arrays of rows. Received: x of type {type(x).__name__}.")
    return np.asarray(x, "float32")
