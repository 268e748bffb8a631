"""Sigmoid belief network, 784-200-50, trained by wake-sleep."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import SigmoidBeliefNetwork


@dataclass(frozen=True, kw_only=True)
class BeliefNetwork(Entry):
    """Sigmoid belief network with a recognition network beside it."""

    name = "sbn"
    summary = "Sigmoid belief network 200-50, wake-sleep"
    citation = "Hinton, Dayan, Frey, Neal (1995), The wake-sleep algorithm"
    task = "directed"

    epochs: int = 100
    num_hidden: tuple[int, ...] = parameter(
        (200, 50), "Units of each hidden layer.", low=1, search=(20, 500), log=True
    )
    learning_rate: float = parameter(
        2e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )

    def build(
        self, rows: "np.ndarray | None", total_steps: int, seed: int | None = None
    ) -> "SigmoidBeliefNetwork":
        """Returns a compiled network."""
        import keras

        from kerasdeep.models import SigmoidBeliefNetwork

        network = SigmoidBeliefNetwork(list(self.num_hidden), seed=seed)
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        network.compile(keras.optimizers.Adam(rate))
        return network
