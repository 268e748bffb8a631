"""Autoencoders: codes from which data can be made again."""

from kerasdeep.models.autoencoders.autoencoder import Autoencoder
from kerasdeep.models.autoencoders.stacked import StackedAutoencoder
from kerasdeep.models.autoencoders.variational import VariationalAutoencoder

__all__ = ["Autoencoder", "StackedAutoencoder", "VariationalAutoencoder"]
