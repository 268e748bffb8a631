"""Models: `keras.Model` subclasses, a family a folder."""

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

__all__ = [
    "DBM",
    "DBN",
    "RBM",
    "Bagging",
    "BoltzmannMachine",
    "ClassificationRBM",
    "ConvolutionalRBM",
    "GenerativeDBN",
    "HopfieldNetwork",
    "Perceptron",
    "SigmoidBeliefNetwork",
    "VirtualAdversarial",
]
