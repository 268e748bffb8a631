"""Which layer of a deep belief network learns in which epoch."""

import bisect
import itertools

import keras
from keras import ops

from kerasdeep.callbacks import FreeEnergyGap


class GreedySchedule(keras.callbacks.Callback):
    """Trains the RBMs of a DBN in turn within one `fit`.

    At the first epoch of a layer (or the first of a resumed training) it makes the model compile
    its steps for that layer and sets the layer's biases from the data.

    Args:
        epochs: list with the number of epochs of each layer, 0 to leave a layer as it is.
        rows: training data to set biases and to measure the free-energy gap with, or None.
    """

    def __init__(self, epochs, rows):
        super().__init__()
        self.ends = list(itertools.accumulate(epochs))
        self.rows = rows
        self.gap = None

    def on_epoch_begin(self, epoch, logs=None):
        layer = bisect.bisect_right(self.ends, epoch)
        if layer == self.model.training_layer:
            return
        self.model.train_layer(layer)
        if self.rows is not None:
            rbm = self.model.rbms[layer]
            rows = ops.convert_to_numpy(self.model.propagate(self.rows, layer))
            rbm.initialize_from(rows)
            self.gap = FreeEnergyGap(rows, rbm, prefix=self.model.log_prefix(layer))

    def on_epoch_end(self, epoch, logs=None):
        if self.gap is not None:
            self.gap.on_epoch_end(epoch, logs)
        if epoch + 1 in self.ends:
            rbm = self.model.trained_rbm
            rbm.optimizer.finalize_variable_values(rbm.trainable_variables)
