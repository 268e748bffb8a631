"""Wasserstein adversarial network with a gradient penalty, of convolutions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.zoo import convolved
from kerasdeep.zoo.adversary import Adversary
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class WassersteinAdversary(Adversary):
    """As `dcgan`, its critic without normalization and of slope 1."""

    name = "wgan"
    summary = "Wasserstein adversarial network with gradient penalty, 64-32 channels"
    citation = "Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville (2017), Improved training of WGANs"
    takes_images = True
    kind = "WGAN"

    epochs: int = 10
    learning_rate: float = 2e-4
    momentum: float = 0.0
    num_filters: int = parameter(
        32, "Channels nearest to the images; twice as many beyond.", low=1, search=(16, 128)
    )
    penalty: float = parameter(
        10.0, "Weight of the penalty on the critic's slope.", low=0, search=(1.0, 30.0), log=True
    )
    critic_steps: int = parameter(
        5, "Steps of the critic with a batch before one of the generator.", low=1
    )

    def generator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from noise to images."""
        return convolved.generator(row_shape, self.num_filters, normalized=True)

    def discriminator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from images to one number."""
        return convolved.discriminator(self.num_filters, normalized=False)

    def options(self) -> dict[str, Any]:
        """Returns what else the model takes."""
        return {"discriminator_steps": self.critic_steps}
