"""Semantic hashing: an autoencoder whose code is 32 bits."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.augmented import Augmented
from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class SemanticHashing(Stack, Augmented, Coding):
    """Noise before the code drives it to zeros and ones, by which rows alike are found.

    The encoder sees images changed, what is to be made is the mean of the images nearest to them as
    they were: codes come to say what an image shows, not where, nor by which hand.
    """

    name = "semantic-hashing"
    summary = "Autoencoder 1000-500-32 whose code is bits, to find images alike"
    citation = "Salakhutdinov, Hinton (2009), Semantic hashing"
    task = "hashing"
    widths = (1000, 500, 32)
    widths_of_few_pixels = (128, 64, 16)

    num_hidden: tuple[int, ...] | None = parameter(  # how wide a code is, no sweep can say
        None,
        "Units of each layer, the last one the code. [default: as the summary says; of small "
        "images fewer]",
        low=1,
    )
    num_near: int = parameter(
        30,
        "Training rows nearest to each, whose mean its code is to make; 1 for the row itself.",
        low=1,
        search=(1, 100),
        log=True,
    )
    epochs: int = 20
    rotation: float = 25.0
    translation: float = 0.12
    zoom: float = 0.2
    noise: float = parameter(
        2.0, "Standard deviation of the noise before the code.", low=0, search=(1.0, 10.0)
    )

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        import keras
        from keras.layers import Dense, Flatten, Reshape

        from kerasdeep.layers import BinaryCode
        from kerasdeep.models import Autoencoder

        *hidden, bits = self.layers
        up = [Dense(width, "gelu") for width in hidden]
        down = [Dense(width, "gelu") for width in reversed(hidden)]
        encoder = keras.Sequential(
            [Flatten(), *up, Dense(bits), BinaryCode(self.noise)], name="encoder"
        )
        decoder = keras.Sequential(
            [*down, Dense(math.prod(row_shape)), Reshape(row_shape)], name="decoder"
        )
        (changes,) = self.augmentation() or [None]
        return Autoencoder(encoder, decoder, corruption=changes, name=self.name)
