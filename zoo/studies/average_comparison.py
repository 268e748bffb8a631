"""The same network with dropout, and without it in an ensemble."""

import dataclasses
from typing import TYPE_CHECKING

from kerasdeep.zoo.networks.mlp import MultilayerPerceptron

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import Bagging

WITH_DROPOUT = MultilayerPerceptron(num_hidden=(256, 256))
WITHOUT = dataclasses.replace(WITH_DROPOUT, dropout=0.0, input_dropout=0.0)


def build(rows: "np.ndarray", total_steps: int, seed: int, num_classes: int) -> "keras.Model":
    """Returns the compiled network with dropout; arguments as of `Network.build`."""
    return WITH_DROPOUT.build(rows, total_steps, seed, num_classes)


def build_ensemble(
    rows: "np.ndarray",
    total_steps: int,
    seed: int,
    num_classes: int,
    num_members: int,
    bootstrap: bool,
) -> "Bagging":
    """Returns compiled networks without dropout.

    Args:
        rows, total_steps, seed, num_classes: as of `Network.build`, of each network.
        num_members: number of networks.
        bootstrap: whether each learns from rows drawn with replacement.
    """
    from kerasdeep.models import Bagging
    from kerasdeep.zoo.fine_tuning import compile_with_adam

    network = WITHOUT.build(rows, total_steps, seed, num_classes)
    ensemble = Bagging(network, num_members, bootstrap, seed=seed)
    compile_with_adam(ensemble, WITHOUT.learning_rate, total_steps)
    return ensemble
