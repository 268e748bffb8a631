"""Models on two devices, beside the same models on one."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from kerasdeep import devices
from kerasdeep.backend import random
from tests.kerasdeep.training.models import KINDS as OWN
from tests.kinds import variables, weights

GOLDEN = 0.618034
# Two batches that two devices cannot share evenly, and one of a single row.
UNEVEN = 51, 25
# Keras lets every device count alike, whatever its number of rows.
EVEN = 48, 24


def two_devices():
    """Returns the strategy of two halves of the processor."""
    return devices.strategy(2)


@contextlib.contextmanager
def given_numbers():
    """Makes random numbers those of a table, the same for every row on every device.

    What is drawn then depends on the fields alone, so that a computation which is shared out can be
    compared with the one that is not.
    """
    original = random._draw

    def draw(numbers, shape, seed, dtype):
        seed.next()
        row = 0.5
        if len(shape) > 1:
            row = tf.math.floormod(GOLDEN * tf.range(1, tf.cast(shape[-1], "float32") + 1), 1)
        return tf.cast(tf.broadcast_to(row, shape), dtype)

    random._draw = draw
    try:
        yield
    finally:
        random._draw = original


def trained(kind, scope, **arguments):
    """Returns a model of a kind, trained in a scope, and all that it logged.

    Chains start where no two are alike, rows have weights.
    """
    num_rows, batch_size = UNEVEN if kind in OWN else EVEN
    keras.utils.set_random_seed(0)
    with scope:
        model = kind.make(**arguments)
    if kind in OWN:
        model.initialize_from(kind.x)
    for part in (model, *getattr(model, "stack", [])):
        chains = getattr(getattr(part, "sampler", part), "chains", None)
        if chains is not None:
            chains.assign(np.random.default_rng(1).integers(0, 2, chains.shape))
    history = model.fit(
        *kind.rows(0, num_rows),
        batch_size=batch_size,
        sample_weight=np.random.default_rng(2).uniform(0, 2, num_rows).astype("float32"),
        validation_data=kind.rows(60, 60 + num_rows),
        shuffle=kind in OWN,
        verbose=0,
    ).history
    return model, history


def check_one_result(kind, close):
    """Two devices end with the weights, chains, random states and numbers of one."""
    with given_numbers():
        alone, told = trained(kind, contextlib.nullcontext())
        together, told_together = trained(kind, two_devices().scope())
    for one, other in zip(weights(alone), weights(together), strict=True):
        if one.size:
            close("two replicas, weights", other, one, 1e-6)
    assert told.keys() == told_together.keys()
    for name, numbers in told.items():
        scale = 1 + np.abs(numbers).max()
        close("two replicas, logs", told_together[name] / scale, numbers / scale, 1e-5)
    check_alike_everywhere(together)


def check_alike_everywhere(model):
    """Any replica can be saved for all: what a training carries on is the same on each."""
    for variable in variables(model):
        first, *others = getattr(variable.value, "values", [variable.value])
        for other in others:
            np.testing.assert_array_equal(first, other, err_msg=variable.path)
