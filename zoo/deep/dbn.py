"""Deep belief network, 784-500-500-2000 with ten label units: greedy layers, then up-down."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.layers import falling_rates, layers_of_rbms
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import GenerativeDBN


@dataclass(frozen=True, kw_only=True)
class DeepBeliefNetwork(Stack):
    """Generative deep belief network with label units."""

    name = "dbn"
    summary = "Generative deep belief network 500-500-2000 with label units, up-down"
    citation = "Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets"
    task = "deep_generative"
    widths = (500, 500, 2000)
    widths_of_few_pixels = (256, 512)
    fine_tune_epochs = 0

    epochs: int = parameter(100, "Epochs of up-down; 0 for the greedy network.", low=0)
    pretrain_epochs: int = parameter(20, "Epochs of each layer before that.", low=0, search=(5, 50))
    label_units: int = parameter(
        1, "1 for label units at the top, where data has labels; 0 for none.", low=0, high=1
    )
    learning_rate: float = parameter(
        0.1, "Rate of up-down at the start; to zero.", low=0, search=(0.005, 0.2), log=True
    )
    pretrain_learning_rate: float = parameter(
        0.1, "Rate of pretraining at the start; to zero.", low=0, search=(0.01, 0.2), log=True
    )
    upper_rate: float = parameter(
        1.0, "Its factor for layers above the lowest.", low=0, search=(0.1, 1.0), log=True
    )
    transposed: int = parameter(
        1, "1 to start layers as those below turned over, where wide enough.", low=0, high=1
    )
    layer_sampler: str = parameter(
        "pcd", "What layers learn by: short chains, or lasting ones.", choices=("cd", "pcd")
    )
    sampler: str = parameter(
        "pcd", "What the highest layer learns by in up-down.", choices=("cd", "pcd")
    )
    discriminative: float = parameter(
        30.0, "Weight in up-down of label given features.", low=0, search=(0.1, 30.0), log=True
    )
    momentum: float = parameter(0.0, "Momentum of SGD.", low=0, high=0.999, search=(0.0, 0.9))
    chain_steps: tuple[int, ...] = parameter(
        (1,), "Gibbs steps at the top, in equal parts of up-down.", low=1, search=(1, 10)
    )
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def stages(self) -> list[int]:
        """Returns the epochs of every stage of `fit`."""
        return [*[self.pretrain_epochs] * len(self.layers), self.epochs]

    def build(
        self,
        rows: "np.ndarray",
        total_steps: int,
        seed: int | None = None,
        num_classes: int | None = None,
    ) -> "GenerativeDBN":
        """Returns a compiled network; `total_steps` counts the updates of all stages."""
        import keras

        from kerasdeep.models import GenerativeDBN

        layers = layers_of_rbms(self.layers, rows, seed)
        classes = num_classes if self.label_units else None
        discriminative = self.discriminative if classes else 0.0
        dbn = GenerativeDBN(
            layers,
            classes,
            discriminative=discriminative,
            transposed=bool(self.transposed),
            seed=seed,
        )
        lowest, above = self.pretrain_learning_rate, len(layers) - 1
        starts = [lowest, *[self.upper_rate * lowest] * above, self.learning_rate]
        rates = falling_rates(starts, self.stages(), total_steps)
        optimizers = [keras.optimizers.SGD(rate, momentum=self.momentum) for rate in rates]
        dbn.compile(optimizers, [*[self.layer_sampler] * len(layers), self.sampler])
        return dbn

    def callbacks(self) -> "list[keras.callbacks.Callback]":
        """Returns what changes the chains while up-down goes on."""
        from kerasdeep.callbacks import SamplerSchedule

        first, part = sum(self.stages()[:-1]), self.epochs / len(self.chain_steps)
        begun = {first + round(n * part): steps for n, steps in enumerate(self.chain_steps)}
        return [SamplerSchedule(steps=begun)]
