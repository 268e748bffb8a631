"""Convolutional autoencoder: strided convolutions down to a code and up again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo import convolved
from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class ConvolutionalAutoencoder(Coding):
    """Two halvings of the image, a code of all that is left, two doublings."""

    name = "conv-autoencoder"
    summary = "Convolutional autoencoder, 32-64 channels, 30 codes"
    citation = "Masci, Meier, Ciresan, Schmidhuber (2011), Stacked convolutional auto-encoders"
    takes_images = True

    epochs: int = 30
    num_filters: int = parameter(
        32, "Channels of the first step; twice as many of the second.", low=1, search=(8, 64)
    )
    num_codes: int = parameter(30, "Numbers of a code.", low=1)

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        from kerasdeep.models import Autoencoder

        return Autoencoder(
            convolved.encoder(row_shape, self.num_filters, 0, self.num_codes),
            convolved.decoder(row_shape, self.num_filters, 0),
            loss="squared_error",
            name=self.name,
        )
