"""Digits on request."""

import numpy as np
from keras import ops

from kerasdeep.models import ClassificationRBM

DRAWN = 50  # of each digit
STEPS = 300


def draw(model: ClassificationRBM, num_classes: int) -> np.ndarray:
    """Draws digits by Gibbs sampling with the label held, and smooths them by one step of means.

    Args:
        model: a `ClassificationRBM`.
        num_classes: number of classes.

    Returns:
        Array of shape `(num_classes, 50, num_visible)`, values in [0, 1].
    """
    labels = np.repeat(np.arange(num_classes), DRAWN)
    values = model.sample(labels=labels, steps=STEPS)
    seen = ops.concatenate([values, ops.one_hot(labels, num_classes)], axis=1)
    means = np.asarray(model.joint.reconstruct(seen))[:, : model.num_visible]
    return means.reshape(num_classes, DRAWN, -1)
