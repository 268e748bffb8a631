"""Two contractive autoencoders, stacked, 784-1000-1000-10."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stacked_codes import StackedCodes

if TYPE_CHECKING:
    import keras

    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class StackedContractive(StackedCodes):
    """Codes of every layer change little where those of the one below do."""

    name = "cae-2"
    summary = "Two contractive autoencoders 1000-1000, stacked, fine-tuned as a classifier"
    citation = "Rifai, Vincent, Muller, Glorot, Bengio (2011), Contractive auto-encoders"

    widths = (1000, 1000)
    widths_of_few_pixels = (200, 200)

    cost: float = parameter(
        0.1, "What the penalty is multiplied with.", low=0, search=(0.01, 1.0), log=True
    )

    def layer(self, dense: "keras.layers.Dense", name: str) -> "Autoencoder":
        """Returns the autoencoder of a layer, given its encoder."""
        from kerasdeep.models import Autoencoder
        from kerasdeep.penalties import Contraction

        return Autoencoder(dense, penalty=Contraction(self.cost), name=name)
