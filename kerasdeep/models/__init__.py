"""Models: `keras.Model` subclasses, one family a file."""

from kerasdeep.models.boltzmann import BoltzmannMachine
from kerasdeep.models.classification import ClassificationRBM
from kerasdeep.models.convolutional import ConvolutionalRBM
from kerasdeep.models.dbn import DBN
from kerasdeep.models.hopfield import HopfieldNetwork
from kerasdeep.models.perceptron import Perceptron
from kerasdeep.models.rbm import RBM

__all__ = [
    "DBN",
    "RBM",
    "BoltzmannMachine",
    "ClassificationRBM",
    "ConvolutionalRBM",
    "HopfieldNetwork",
    "Perceptron",
]
