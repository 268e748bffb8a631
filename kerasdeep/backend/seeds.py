"""Random numbers that depend on a number and a step alone, or on the replica that draws them."""

import keras
from keras import ops

from kerasdeep.backend.replicas import own_key
from kerasdeep.backend.types import Tensor


class StepSeeds(keras.random.SeedGenerator):
    """Seeds of one step of a loop; the same for the same `seed` and `step`, without state.

    Args:
        seed: integer, or integer tensor.
        step: integer tensor, the number of the step.
    """

    def __init__(self, seed: int | Tensor, step: int | Tensor) -> None:
        self.seed, self.step, self.count = seed, step, 0

    def next(self, ordered: bool = True) -> Tensor:
        self.count += 1
        # The golden ratio in 32 bits keeps the draws of a step apart for neighbouring seeds.
        seed = ops.cast(self.seed, "uint32") + ops.cast(self.count * 0x9E3779B9 % 2**32, "uint32")
        return ops.stack([seed, ops.cast(self.step, "uint32")])


class ReplicaSeeds(keras.random.SeedGenerator):
    """Seeds of a generator that all replicas have, another one for each, for Keras's own functions.

    Args:
        generator: a `keras.random.SeedGenerator`, which keeps count.
    """

    def __init__(self, generator: keras.random.SeedGenerator) -> None:
        self.generator = generator

    def next(self, ordered: bool = True) -> Tensor:
        return own_key(self.generator.next(ordered))
