"""Denoising autoencoder: it mends rows that were spoilt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.noises import NOISES, corruption
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class Denoising(Coding):
    """One layer of sigmoid units with tied weights."""

    name = "denoising-autoencoder"
    summary = "Denoising autoencoder, 1000 hidden units"
    citation = "Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising"

    num_hidden: int = parameter(1000, "Hidden units.", low=1, search=(100, 2000), log=True)
    noise: str = parameter("masking", "What spoils the rows.", choices=NOISES)
    rate: float = parameter(
        0.25,
        "Share of the pixels to spoil; of Gaussian noise, its standard deviation.",
        low=0,
        high=0.99,
    )

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        import keras

        from kerasdeep.models import Autoencoder

        encoder = keras.layers.Dense(self.num_hidden, "sigmoid", name="encoder")
        return Autoencoder(encoder, corruption=corruption(self.noise, self.rate), name=self.name)
