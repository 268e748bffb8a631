"""What entries share that are feed-forward classifiers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.fine_tuning import compile_with_adam
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Network(Entry):
    """A classifier that backpropagation trains from random weights.

    A subclass says of which layers it is, `architecture(num_classes)`, in the end probabilities of
    the classes, and gives the defaults.
    """

    task = "network"
    can_be_sampled = False

    learning_rate: float = parameter(
        1e-3, "Largest rate of Adam; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )
    warm_up: float = parameter(
        0.0, "Share of the updates in which the rate rises first.", low=0, high=0.9
    )

    def architecture(self, num_classes: int) -> "list[keras.layers.Layer]":
        """Returns the layers from the bottom up."""
        raise NotImplementedError

    def network(self, row_shape: tuple[int, ...], num_classes: int) -> "keras.Model":
        """Returns the layers as one model, which is not compiled."""
        import keras

        layers = [keras.Input(row_shape), *self.architecture(num_classes)]
        return keras.Sequential(layers, name=self.name)

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None, num_classes: int = 10
    ) -> "keras.Model":
        """Returns a compiled classifier."""
        import keras

        if seed is not None:
            keras.utils.set_random_seed(seed)
        network = self.network(rows.shape[1:], num_classes)
        compile_with_adam(network, self.learning_rate, total_steps, self.warm_up)
        return network
