"""The callbacks that make one `fit` of a stack train its layers in turn."""

import bisect
import itertools
from collections.abc import Sequence

import keras
import numpy as np
from keras.callbacks import (
    CSVLogger,
    EarlyStopping,
    ModelCheckpoint,
    ReduceLROnPlateau,
    SwapEMAWeights,
)


class GreedySchedule(keras.callbacks.Callback):
    """Trains the layers of a stack in turn within one `fit`.

    At the first epoch of a layer (or the first of a resumed training) it makes the model compile
    its steps for that layer and starts the layer's biases from the data.

    Args:
        epochs: list with the number of epochs of each layer, 0 to leave a layer as it is.
        rows: data to set biases and to measure with, or None.

    Attributes:
        ends: list with the number of the epoch after the last of each layer.
    """

    def __init__(self, epochs: Sequence[int], rows: np.ndarray | None) -> None:
        super().__init__()
        self.ends = list(itertools.accumulate(epochs))
        self.rows = rows
        self.callbacks = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        model = self.model
        if model.training_layer is None and epoch:  # a training goes on
            self.ends = _ends_with(self.ends, model.ended_layers)
        number = bisect.bisect_right(self.ends, epoch)
        if number == model.training_layer:
            return
        model.train_layer(number)
        model.ended_layers = self.ends[:number]
        self.callbacks = model.start_layer(number, self.rows)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, logs)
        if epoch + 1 in self.ends:
            self.finish_layer()

    def finish_layer(self) -> None:
        """Does for the layer in training what Keras does for a model at the end of `fit`."""
        layer = self.model.layer_in_training()
        layer.optimizer.finalize_variable_values(layer.learned_variables())
        self.model.last_finished = self.model.training_layer

    def skip_rest(self, epoch: int) -> None:
        """Lets the next layer begin after an epoch, so many epochs earlier than planned."""
        number = self.model.training_layer
        skipped = self.ends[number] - (epoch + 1)
        self.ends[number:] = [end - skipped for end in self.ends[number:]]


def _ends_with(planned, ended):
    """Returns the ends of all layers, where those of the first ones are known."""
    number = len(ended)
    moved = ended[-1] - planned[number - 1] if ended else 0
    return [*ended, *(end + moved for end in planned[number:])]


class EndOfLayer(keras.callbacks.Callback):
    """Lets a user's callbacks treat each layer as a training of its own; comes after them.

    Where `EarlyStopping` stops, the next layer begins. What callbacks compare, they compare within
    a layer. Any other callback that stops, stops all.

    Args:
        schedule: the `GreedySchedule`.
        callbacks: list of the user's callbacks.
    """

    def __init__(
        self, schedule: GreedySchedule, callbacks: Sequence[keras.callbacks.Callback]
    ) -> None:
        super().__init__()
        self.schedule, self.users = schedule, callbacks

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        schedule, stopped = self.schedule, self.model.stop_training
        in_the_middle = epoch + 1 not in schedule.ends
        if in_the_middle and not stopped:
            return
        for callback in self.users:
            if isinstance(callback, SwapEMAWeights):
                callback.on_epoch_begin(epoch)  # it would swap when the next layer has begun
        if in_the_middle:
            schedule.finish_layer()
            schedule.skip_rest(epoch)
        early = any(isinstance(one, EarlyStopping) and one.stopped_epoch for one in self.users)
        if epoch + 1 < schedule.ends[-1] and (early or not stopped):
            self.model.stop_training = False
            for callback in self.users:
                start_anew(callback)
        else:
            self.model.stop_training |= epoch + 1 < self.params["epochs"]
            self.model.train_layer(None)


def start_anew(callback: keras.callbacks.Callback) -> None:
    """Makes a callback of Keras treat what comes as another training."""
    if isinstance(callback, EarlyStopping):
        callback.on_train_end()
    if isinstance(callback, EarlyStopping | ReduceLROnPlateau):
        callback.on_train_begin()
    if isinstance(callback, ModelCheckpoint):
        callback.best = None


class AllColumns(keras.callbacks.Callback):
    """Gives a `CSVLogger` a column for every metric of every layer; comes right before it.

    Args:
        logger: the `keras.callbacks.CSVLogger`, which takes its columns from the first epoch.
    """

    def __init__(self, logger: keras.callbacks.CSVLogger) -> None:
        super().__init__()
        self.logger = logger

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if self.logger.keys is None:
            self.logger.keys = sorted(self.model.log_names(logs))


def with_all_columns(callbacks: Sequence[keras.callbacks.Callback]) -> list:
    """Returns callbacks, an `AllColumns` before each `CSVLogger` among them."""
    all_columns = []
    for callback in callbacks:
        if isinstance(callback, CSVLogger):
            all_columns.append(AllColumns(callback))
        all_columns.append(callback)
    return all_columns
