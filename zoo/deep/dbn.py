"""Deep belief network, 784-500-500-2000 with ten label units: greedy layers, then up-down."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.layers import layers_of_rbms
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import GenerativeDBN


@dataclass(frozen=True, kw_only=True)
class DeepBeliefNetwork(Entry):
    """Generative deep belief network with label units."""

    name = "dbn"
    summary = "Generative deep belief network 500-500-2000 with label units, up-down"
    citation = "Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets"
    task = "deep_generative"
    fine_tune_epochs = 0

    epochs: int = parameter(100, "Epochs of up-down.", low=1)
    pretrain_epochs: int = parameter(30, "Epochs of each layer before that.", low=0, search=(5, 50))
    num_hidden: tuple[int, ...] = parameter(
        (500, 500, 2000), "Units of each hidden layer.", low=1, search=(100, 2000), log=True
    )
    label_units: int = parameter(
        1, "1 for label units at the top, where data has labels; 0 for none.", low=0, high=1
    )
    learning_rate: float = parameter(
        0.05, "Rate of up-down at the start; to zero.", low=0, search=(0.005, 0.2), log=True
    )
    pretrain_learning_rate: float = parameter(
        0.05, "Rate of pretraining at the start; to zero.", low=0, search=(0.01, 0.2), log=True
    )
    momentum: float = parameter(0.5, "Momentum of SGD.", low=0, high=0.999, search=(0.0, 0.9))
    chain_steps: tuple[int, ...] = parameter(
        (3, 6, 10), "Gibbs steps at the top, in equal parts of up-down.", low=1, search=(1, 10)
    )
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def stages(self) -> list[int]:
        """Returns the epochs of every stage of `fit`."""
        return [*[self.pretrain_epochs] * len(self.num_hidden), self.epochs]

    def build(
        self,
        rows: "np.ndarray",
        total_steps: int,
        seed: int | None = None,
        num_classes: int | None = None,
    ) -> "GenerativeDBN":
        """Returns a compiled network; `total_steps` counts the updates of up-down."""
        import keras

        from kerasdeep.models import GenerativeDBN

        layers = layers_of_rbms(self.num_hidden, rows, seed)
        dbn = GenerativeDBN(layers, num_classes if self.label_units else None, seed=seed)
        before = round(total_steps * self.pretrain_epochs / self.epochs)
        starts = [(self.pretrain_learning_rate, max(1, before))] * len(self.num_hidden)
        optimizers = [
            keras.optimizers.SGD(
                keras.optimizers.schedules.PolynomialDecay(start, steps, 0.0), self.momentum
            )
            for start, steps in [*starts, (self.learning_rate, total_steps)]
        ]
        dbn.compile(optimizers, "cd")
        return dbn

    def callbacks(self) -> "list[keras.callbacks.Callback]":
        """Returns what changes the chains while up-down goes on."""
        from kerasdeep.callbacks import SamplerSchedule

        first, part = sum(self.stages()[:-1]), self.epochs / len(self.chain_steps)
        begun = {first + round(n * part): steps for n, steps in enumerate(self.chain_steps)}
        return [SamplerSchedule(steps=begun)]
