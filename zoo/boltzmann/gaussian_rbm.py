"""Gaussian-Bernoulli RBM on grey levels, with the standard deviation of the pixels given."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import RBM


@dataclass(frozen=True, kw_only=True)
class GaussianRBM(Entry):
    """RBM with Gaussian visible units.

    Persistent chains, because with CD-1 the chains of a trained model soon leave the digits.
    Gradients are divided by the variance: a rate of 0.002 is one of 0.016 on standardized grey
    levels. No clipping, least of all of each weight by itself: the kernel's gradient is the
    longest, so the biases would run ahead of it, and the model fall apart.
    """

    name = "gaussian-rbm"
    summary = "Gaussian-Bernoulli RBM, 500 hidden units, PCD with centring"
    citation = "Liao et al. (2022), Gaussian-Bernoulli RBMs without tears"
    task = "generative"

    epochs: int = 20
    num_hidden: int = parameter(500, "Hidden units.", low=1, search=(50, 2000), log=True)
    learning_rate: float = parameter(
        0.002, "Learning rate at the start; it falls to zero.", low=0, search=(3e-4, 3e-3), log=True
    )
    num_chains: int = parameter(100, "Persistent chains.", low=1, search=(20, 500), log=True)
    temperatures: int = parameter(
        10_000, "Temperatures of annealed importance sampling at the end.", low=1
    )

    def build(self, rows: "np.ndarray", total_steps: int, seed: int | None = None) -> "RBM":
        """Returns a compiled RBM, its visible units as wide as the data."""
        import keras

        from kerasdeep.models import RBM
        from kerasdeep.samplers import PersistentContrastiveDivergence
        from kerasdeep.units import Gaussian

        rbm = RBM(self.num_hidden, visible=Gaussian(stddev=float(rows.std())), seed=seed)
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        chains = PersistentContrastiveDivergence(num_chains=self.num_chains)
        rbm.compile(keras.optimizers.SGD(rate), chains)
        return rbm
