"""Which compiler makes the program of a training."""

import math
from collections.abc import Sequence

import keras

from kerasdeep.layers import Augmentation
from kerasdeep.layers.augmentation import CHANGES

# A step with as many weights is faster as one program of XLA's, which takes seconds to make.
MANY_WEIGHTS = 100_000
# On a processor its convolutions are slow, and it cannot turn or move images.
SLOW_BY_XLA = (
    keras.layers.Conv1D,
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3D,
    keras.layers.Conv3DTranspose,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    Augmentation,
    *CHANGES,
)


def has_many_weights(variables: Sequence[keras.Variable]) -> bool:
    """Returns whether steps that change these variables are worth a program of XLA's."""
    return sum(math.prod(variable.shape) for variable in variables) >= MANY_WEIGHTS


def slow_by_xla(layer: keras.layers.Layer) -> bool:
    """Returns whether XLA makes slow programs of a layer on a processor, or none."""
    return isinstance(layer, SLOW_BY_XLA)
