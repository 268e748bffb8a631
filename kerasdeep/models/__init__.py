"""Models: `keras.Model` subclasses, a family a folder."""

from kerasdeep.models.adversarial import GAN, WGAN
from kerasdeep.models.autoencoders import (
    Autoencoder,
    StackedAutoencoder,
    VariationalAutoencoder,
)
from kerasdeep.models.boltzmann import (
    RBM,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
)
from kerasdeep.models.deep import DBM, DBN, GenerativeDBN
from kerasdeep.models.directed import SigmoidBeliefNetwork
from kerasdeep.models.memory import HopfieldNetwork
from kerasdeep.models.networks import Bagging, VirtualAdversarial
from kerasdeep.models.neurons import Perceptron
from kerasdeep.models.stacking import DeepStackingNetwork, StackingBlock

__all__ = [
    "DBM",
    "DBN",
    "GAN",
    "RBM",
    "WGAN",
    "Autoencoder",
    "Bagging",
    "BoltzmannMachine",
    "ClassificationRBM",
    "ConvolutionalRBM",
    "DeepStackingNetwork",
    "GenerativeDBN",
    "HopfieldNetwork",
    "Perceptron",
    "SigmoidBeliefNetwork",
    "StackedAutoencoder",
    "StackingBlock",
    "VariationalAutoencoder",
    "VirtualAdversarial",
]
