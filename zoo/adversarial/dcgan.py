"""Generative adversarial network of convolutions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo import convolved
from kerasdeep.zoo.adversary import Adversary
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class ConvolutionalAdversary(Adversary):
    """Strided convolutions both ways, normalized over the batch."""

    name = "dcgan"
    summary = "Deep convolutional adversarial network, 64-32 channels"
    citation = "Radford, Metz, Chintala (2016), Unsupervised representation learning with DCGAN"
    takes_images = True

    epochs: int = 20
    learning_rate: float = 1e-3
    penalty: float = 0.2
    num_filters: int = parameter(
        32, "Channels nearest to the images; twice as many beyond.", low=1, search=(16, 128)
    )

    def generator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from noise to images."""
        return convolved.generator(row_shape, self.num_filters, normalized=True)

    def discriminator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from images to one number."""
        return convolved.discriminator(self.num_filters, normalized=True)
