"""Deep Boltzmann machine, 784-500-1000: pretrained, then centred with persistent chains."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import DBM


@dataclass(frozen=True, kw_only=True)
class DeepBoltzmannMachine(Entry):
    """Deep Boltzmann machine, its layers pretrained, then all trained jointly."""

    name = "dbm"
    summary = "Deep Boltzmann machine 500-1000, pretrained, with mean field and persistent chains"
    citation = "Salakhutdinov, Hinton (2009), Deep Boltzmann machines; Montavon, Müller (2012)"
    task = "generative"

    epochs: int = parameter(40, "Epochs of joint training.", low=1)
    pretrain_epochs: int = parameter(
        20, "Epochs of each layer before that; 0 for random weights.", low=0, search=(0, 50)
    )
    num_hidden: tuple[int, ...] = parameter(
        (500, 1000), "Units of each hidden layer.", low=1, search=(100, 2000), log=True
    )
    learning_rate: float = parameter(
        0.05, "Rate of joint training at the start; to zero.", low=0, search=(0.005, 0.2), log=True
    )
    pretrain_learning_rate: float = parameter(
        0.05, "Rate of pretraining.", low=0, search=(0.01, 0.2), log=True
    )
    momentum: float = parameter(0.0, "Momentum of SGD.", low=0, high=0.999, search=(0.0, 0.9))
    num_chains: int = parameter(100, "Persistent chains.", low=1, search=(20, 500), log=True)
    chain_steps: int = parameter(1, "Gibbs steps of the chains an update.", low=1, search=(1, 10))
    sweeps: int = parameter(5, "Sweeps of mean field at most.", low=1, search=(2, 30))
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def build(self, rows: "np.ndarray | None", total_steps: int, seed: int | None = None) -> "DBM":
        """Returns a compiled machine; `total_steps` counts the updates of joint training."""
        import keras

        from kerasdeep.models import DBM
        from kerasdeep.samplers import PersistentContrastiveDivergence

        dbm = DBM(list(self.num_hidden), max_sweeps=self.sweeps, seed=seed)
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        chains = PersistentContrastiveDivergence(self.num_chains, self.chain_steps)
        layers = range(len(self.num_hidden))
        optimizers = [keras.optimizers.SGD(self.pretrain_learning_rate) for _ in layers]
        dbm.compile([*optimizers, keras.optimizers.SGD(rate, momentum=self.momentum)], chains)
        return dbm
