"""Sparse autoencoder: few hidden units are on at a time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class Sparse(Coding):
    """One layer of units that are drawn towards a target of activity, or towards zero."""

    name = "sparse-autoencoder"
    summary = "Sparse autoencoder, 196 hidden units"
    citation = "Ng (2011), Sparse autoencoder, CS294A lecture notes"

    num_hidden: int = parameter(196, "Hidden units.", low=1, search=(50, 1000), log=True)
    target: float = parameter(0.1, "Share of the rows that a unit is on for.", low=1e-4, high=0.5)
    cost: float = parameter(3.0, "Weight of the distance from that target.", low=0)
    absolute: float = parameter(
        0.0, "Weight of the sum of all activities, in place of a target; 0: the target.", low=0
    )

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        import keras

        from kerasdeep.models import Autoencoder
        from kerasdeep.penalties import AbsoluteCode, SparseCode

        if not self.absolute:
            penalty = SparseCode(self.target, self.cost)
            encoder = keras.layers.Dense(self.num_hidden, "sigmoid", name="encoder")
            return Autoencoder(encoder, penalty=penalty, name=self.name)
        encoder = keras.layers.Dense(self.num_hidden, "relu", name="encoder")
        # Else small activities and long weights would do as well.
        unit = keras.constraints.UnitNorm(axis=1)
        decoder = keras.layers.Dense(row_shape[0], kernel_constraint=unit, name="decoder")
        return Autoencoder(encoder, decoder, penalty=AbsoluteCode(self.absolute), name=self.name)
