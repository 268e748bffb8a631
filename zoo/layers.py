"""What the stages of deep models begin with: initial weights, and rates that fall."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import RBM


def layers_of_rbms(widths: Sequence[int], rows: "np.ndarray", seed: int | None) -> "list[RBM]":
    """Returns the RBMs of a stack, with initial weights that make their units differ.

    Fields have standard deviation 1 over the data in the first layer; above it weights have 0.1,
    as Hinton and Salakhutdinov's own code has everywhere.

    Args:
        widths: number of hidden units of each layer, from the bottom up.
        rows: some rows of the data.
        seed: integer seed, of layer $i$ `seed + i`; or None.

    Raises:
        ValueError: for rows that are all alike.
    """
    import keras

    from kerasdeep.models import RBM

    if not rows.var(axis=0).any():
        raise ValueError("Expected images that differ from each other. Received: all alike.")
    scales = [1 / math.sqrt(rows.var(axis=0).sum())] + [0.1] * (len(widths) - 1)
    layers = []
    for index, (width, scale) in enumerate(zip(widths, scales, strict=True)):
        own_seed = None if seed is None else seed + index
        normal = keras.initializers.RandomNormal(stddev=scale, seed=own_seed)
        name = f"rbm_{index + 1}"
        layers.append(RBM(width, kernel_initializer=normal, seed=own_seed, name=name))
    return layers


def falling_rates(
    starts: Sequence[float], epochs: Sequence[int], total_steps: int
) -> "list[keras.optimizers.schedules.LearningRateSchedule]":
    """Returns a rate for each stage, which falls from its start to zero with the stage's end.

    Args:
        starts: one a stage.
        epochs: likewise.
        total_steps: updates of all of them.
    """
    from keras.optimizers.schedules import PolynomialDecay

    steps = [max(1, round(total_steps * number / sum(epochs))) for number in epochs]
    return [PolynomialDecay(start, own, 0.0) for start, own in zip(starts, steps, strict=True)]
