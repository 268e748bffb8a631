"""Bernoulli RBM, 784-500: persistent chains, centred gradient, a rate that falls to zero."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import RBM
    from kerasdeep.samplers import Sampler


@dataclass(frozen=True, kw_only=True)
class BernoulliRBM(Entry):
    """RBM with Bernoulli units, trained by PCD."""

    name = "rbm"
    summary = "Bernoulli RBM, 500 hidden units, PCD with centring"
    citation = "Salakhutdinov, Murray (2008), On the quantitative analysis of deep belief networks"
    task = "generative"

    epochs: int = 60
    num_hidden: int = parameter(500, "Hidden units.", low=1, search=(50, 2000), log=True)
    learning_rate: float = parameter(
        0.1, "Learning rate at the start; it falls to zero.", low=0, search=(0.01, 0.5), log=True
    )
    momentum: float = parameter(0.0, "Momentum of SGD.", low=0, high=0.999, search=(0.0, 0.9))
    num_chains: int = parameter(100, "Persistent chains.", low=1, search=(20, 500), log=True)
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def build(
        self,
        rows: "np.ndarray | None",
        total_steps: int,
        seed: int | None = None,
        sampler: "Sampler | None" = None,
    ) -> "RBM":
        """Returns a compiled RBM; `sampler` None is PCD with `num_chains` chains."""
        import keras

        from kerasdeep.models import RBM
        from kerasdeep.samplers import PersistentContrastiveDivergence

        rbm = RBM(self.num_hidden, seed=seed)
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        sampler = sampler or PersistentContrastiveDivergence(num_chains=self.num_chains)
        rbm.compile(keras.optimizers.SGD(rate, momentum=self.momentum), sampler)
        return rbm
