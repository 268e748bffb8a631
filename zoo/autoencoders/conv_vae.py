"""Variational autoencoder of convolutions, with 20 codes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo import convolved
from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import VariationalAutoencoder


@dataclass(frozen=True, kw_only=True)
class ConvolutionalVariational(Coding):
    """Codes with a normal distribution; two halvings of the image, two doublings."""

    name = "conv-vae"
    summary = "Variational autoencoder of convolutions, 32-64 channels, 20 codes"
    citation = "Kingma, Welling (2014), Auto-encoding variational Bayes"
    task = "directed"
    can_be_sampled = True
    takes_images = True

    epochs: int = 60
    num_filters: int = parameter(
        32, "Channels of the first step; twice as many of the second.", low=1, search=(8, 64)
    )
    num_units: int = parameter(
        512, "Units between the channels and the code.", low=1, search=(64, 1024), log=True
    )
    num_codes: int = parameter(20, "Numbers of a code.", low=1)

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "VariationalAutoencoder":
        """Returns the model, not compiled."""
        from kerasdeep.models import VariationalAutoencoder

        return VariationalAutoencoder(
            convolved.encoder(row_shape, self.num_filters, self.num_units, 2 * self.num_codes),
            convolved.decoder(row_shape, self.num_filters, self.num_units),
            seed=seed,
            name=self.name,
        )
