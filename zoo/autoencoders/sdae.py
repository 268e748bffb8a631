"""Stacked denoising autoencoder, 784-1000-1000-1000-10."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.noises import NOISES, corruption
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stacked_codes import StackedCodes

if TYPE_CHECKING:
    import keras

    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class StackedDenoising(StackedCodes):
    """Every layer mends spoilt codes of the one below."""

    name = "sdae"
    summary = "Stacked denoising autoencoder 1000-1000-1000, fine-tuned as a classifier"
    citation = "Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising"

    widths = (1000, 1000, 1000)
    widths_of_few_pixels = (200, 200, 200)

    noise: str = parameter("masking", "What spoils the rows.", choices=NOISES)
    rate: float = parameter(
        0.25,
        "Share of the values to spoil; of Gaussian noise, its standard deviation.",
        low=0,
        high=0.99,
        search=(0.05, 0.6),
    )

    def layer(self, dense: "keras.layers.Dense", name: str) -> "Autoencoder":
        """Returns the autoencoder of a layer, given its encoder."""
        from kerasdeep.models import Autoencoder

        return Autoencoder(dense, corruption=corruption(self.noise, self.rate), name=name)
