"""Contractive autoencoder: its code changes little where the data does."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class Contractive(Coding):
    """One layer of sigmoid units with tied weights, and a penalty on the Jacobian."""

    name = "contractive-autoencoder"
    summary = "Contractive autoencoder, 1000 hidden units"
    citation = "Rifai, Vincent, Muller, Glorot, Bengio (2011), Contractive auto-encoders"

    num_hidden: int = parameter(1000, "Hidden units.", low=1, search=(100, 2000), log=True)
    cost: float = parameter(0.1, "What the penalty is multiplied with.", low=0)

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        import keras

        from kerasdeep.models import Autoencoder
        from kerasdeep.penalties import Contraction

        encoder = keras.layers.Dense(self.num_hidden, "sigmoid", name="encoder")
        return Autoencoder(encoder, penalty=Contraction(self.cost), name=self.name)
