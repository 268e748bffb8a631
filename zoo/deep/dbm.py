"""Deep Boltzmann machine, 784-500-1000: centred, with persistent chains that hold a class each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import adversarial_distance, compile_with_adam, smooth
from kerasdeep.zoo.layers import falling_rates
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import DBM


@dataclass(frozen=True, kw_only=True)
class DeepBoltzmannMachine(Stack):
    """Deep Boltzmann machine: layers trained jointly, or in turn before, and unrolled as a network.

    By default it learns to draw by label, and to tell labels apart.
    """

    name = "dbm"
    summary = "Deep Boltzmann machine 500-1000 with label units, also fine-tuned as a classifier"
    citation = "Salakhutdinov, Hinton (2009), Deep Boltzmann machines; Montavon, Müller (2012)"
    task = "deep_generative"
    widths = (500, 1000)
    widths_of_few_pixels = (200, 400)

    epochs: int = parameter(60, "Epochs of joint training.", low=1)
    start: str = parameter(
        "random",
        "Start of joint training: the lowest layer as an RBM, all layers on doubled inputs, or "
        "random weights.",
        choices=("lowest", "doubled", "random"),
    )
    pretrain_epochs: int = parameter(
        60, "Epochs of each layer that is trained before.", low=1, search=(5, 300), log=True
    )
    fine_tune_epochs: int = parameter(
        40, "Epochs as a classifier after that; 0 for none.", low=0, search=(10, 100)
    )
    label_units: int = parameter(
        1, "1 for label units at the top, where data has labels; 0 for none.", low=0, high=1
    )
    learning_rate: float = parameter(
        0.1, "Rate of joint training at the start; to zero.", low=0, search=(0.005, 0.2), log=True
    )
    upper_rate: float = parameter(
        0.2, "Its factor for kernels between hidden layers.", low=0, search=(0.02, 1.0), log=True
    )
    label_rate: float = parameter(
        0.5, "Its factor for the kernel of label units.", low=0, search=(0.02, 1.0), log=True
    )
    discriminative: float = parameter(
        20.0, "Weight of label given data.", low=0, search=(0.1, 30.0), log=True
    )
    chains_by_class: int = parameter(
        1, "1 for chains that hold a class each, for drawing by label.", low=0, high=1
    )
    pretrain_learning_rate: float = parameter(
        0.1, "Rate of pretraining at the start; to zero.", low=0, search=(0.01, 0.2), log=True
    )
    weight_decay: float = parameter(0.0, "Weight decay of all stages.", low=0, search=(0.0, 1e-3))
    fine_tune_learning_rate: float = parameter(
        2e-3, "Rate of Adam in fine-tuning; falls to zero.", low=0, search=(1e-4, 1e-2), log=True
    )
    momentum: float = parameter(
        0.0, "Momentum of joint training.", low=0, high=0.999, search=(0.0, 0.9)
    )
    num_chains: int = parameter(100, "Persistent chains.", low=1, search=(20, 500), log=True)
    restart: float = parameter(
        0.002,
        "Share of them that start anew in an update.",
        low=0,
        high=0.99,
        search=(1e-4, 1e-2),
        log=True,
    )
    chain_steps: int = parameter(1, "Gibbs steps of the chains an update.", low=1, search=(1, 10))
    sweeps: int = parameter(
        5, "Sweeps of mean field of an update, and in fine-tuning.", low=1, search=(2, 30)
    )
    beside: int = parameter(
        0, "1 to fine-tune with means of upper layers beside those below.", low=0, high=1
    )
    dropout: float = parameter(
        0.2, "Share of hidden units to drop in fine-tuning.", low=0, high=0.99, search=(0.0, 0.6)
    )
    input_dropout: float = parameter(
        0.2, "Share of pixels to drop in fine-tuning.", low=0, high=0.99, search=(0.0, 0.4)
    )
    adversarial: float = adversarial_distance()
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def stages(self) -> list[int]:
        """Returns the epochs of every stage of `fit`."""
        first = {"lowest": self.pretrain_epochs, "doubled": self.pretrain_epochs, "random": 0}
        above = self.pretrain_epochs if self.start == "doubled" else 0
        return [first[self.start], *[above] * (len(self.layers) - 1), self.epochs]

    def build(
        self,
        rows: "np.ndarray | None",
        total_steps: int,
        seed: int | None = None,
        num_classes: int | None = None,
    ) -> "DBM":
        """Returns a compiled machine; `total_steps` counts the updates of all stages."""
        import keras

        from kerasdeep.models import DBM
        from kerasdeep.samplers import PersistentContrastiveDivergence

        classes = num_classes if self.label_units else None
        layers = self.layers
        rates = [1.0, *[self.upper_rate] * (len(layers) - 1)]
        if classes is not None:
            rates.append(self.label_rate)
        dbm = DBM(
            layers,
            num_classes=classes,
            doubling=self.start == "doubled",
            training_sweeps=self.sweeps,
            rates=rates,
            discriminative=self.discriminative if classes else 0.0,
            chains_by_class=bool(self.chains_by_class and classes),
            seed=seed,
        )
        chains = PersistentContrastiveDivergence(
            self.num_chains, self.chain_steps, restart=self.restart
        )
        *before, last = falling_rates(
            [*[self.pretrain_learning_rate] * len(layers), self.learning_rate],
            self.stages(),
            total_steps,
        )
        optimizers = [keras.optimizers.SGD(rate, weight_decay=self.weight_decay) for rate in before]
        optimizers.append(keras.optimizers.SGD(last, self.momentum, weight_decay=self.weight_decay))
        # The lowest RBM alone is to be a model of the data; of layers that see theirs twice, none.
        first = PersistentContrastiveDivergence(self.num_chains) if self.start == "lowest" else "cd"
        dbm.compile(optimizers, [first, *["cd"] * (len(layers) - 1), chains])
        return dbm

    def to_classifier(self, dbm: "DBM", num_classes: int, total_steps: int) -> "keras.Model":
        """Returns the machine unrolled as a network, compiled for fine-tuning."""
        network = dbm.to_classifier(
            num_classes,
            self.input_dropout,
            self.dropout,
            beside=bool(self.beside),
            max_sweeps=self.sweeps,
        )
        network = smooth(network, self.adversarial)
        compile_with_adam(network, self.fine_tune_learning_rate, total_steps)
        return network
