"""Adversarial networks: a generator of data, and a discriminator that tells it from real data."""

from kerasdeep.models.adversarial.gan import GAN
from kerasdeep.models.adversarial.wgan import WGAN

__all__ = ["GAN", "WGAN"]
