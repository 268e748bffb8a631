"""The same RBM, trained with negative particles from different places."""

from kerasdeep.samplers import (
    ContrastiveDivergence,
    FastPersistentContrastiveDivergence,
    ParallelTempering,
    PersistentContrastiveDivergence,
)
from kerasdeep.zoo import rbm

NUM_HIDDEN = 500
BATCH_SIZE = 100
SAMPLERS = {
    "CD-1": lambda: ContrastiveDivergence(1),
    "CD-3": lambda: ContrastiveDivergence(3),
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
    return rbm.build(None, total_steps, seed, NUM_HIDDEN, SAMPLERS[name]())
