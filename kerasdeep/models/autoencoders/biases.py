"""First biases of a decoder."""

import math

import keras
import numpy as np
from keras import ops

from kerasdeep.training.ends import last_of
from kerasdeep.units import Unit


def start_biases(decoder: keras.layers.Layer, unit: Unit, rows: np.ndarray) -> None:
    """Sets biases of the last layer, where all are zero, to give each unit its mean over rows.

    There may be one for each value of a row, or one for each channel; others stay as they are.

    Args:
        decoder: a built layer or model.
        unit: type of the visible units.
        rows: data, shape `(num_rows, ...)`.
    """
    last = last_of(decoder)
    bias = getattr(last, "bias", None)
    shape = None if bias is None else tuple(bias.shape)
    _, *row_shape = rows.shape
    fits = shape in (tuple(row_shape), (math.prod(row_shape),), (row_shape[-1],))
    if not fits or getattr(last, "data_format", None) == "channels_first" or ops.any(bias != 0):
        return
    values = ops.reshape(ops.cast(rows, "float32"), (-1, *shape))
    bias.assign(unit.bias_from_mean(ops.mean(values, axis=0)))
