"""Boltzmann machines."""

from kerasdeep.models.boltzmann.classification import ClassificationRBM
from kerasdeep.models.boltzmann.convolutional import ConvolutionalRBM
from kerasdeep.models.boltzmann.general import BoltzmannMachine
from kerasdeep.models.boltzmann.rbm import RBM

__all__ = ["RBM", "BoltzmannMachine", "ClassificationRBM", "ConvolutionalRBM"]
