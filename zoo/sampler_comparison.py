"""The same RBM, trained with negative particles from different places."""

import keras

from kerasdeep.models import RBM
from kerasdeep.samplers import (
    ContrastiveDivergence,
    FastPersistentContrastiveDivergence,
    ParallelTempering,
    PersistentContrastiveDivergence,
)

NUM_HIDDEN = 500
BATCH_SIZE = 100
SAMPLERS = {
    "CD-1": lambda: ContrastiveDivergence(1),
    "CD-25": lambda: ContrastiveDivergence(25),
    "PCD": lambda: PersistentContrastiveDivergence(num_chains=100),
    "fast PCD": lambda: FastPersistentContrastiveDivergence(num_chains=100),
    "parallel tempering": lambda: ParallelTempering(num_temperatures=10, num_chains=100),
}


def build(name, total_steps, seed=None):
    """Returns a compiled RBM.

    Args:
        name: a key of `SAMPLERS`.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
    """
    rbm = RBM(NUM_HIDDEN, seed=seed)
    rate = keras.optimizers.schedules.PolynomialDecay(0.1, total_steps, end_learning_rate=0.0)
    rbm.compile(keras.optimizers.SGD(rate), SAMPLERS[name]())
    return rbm
