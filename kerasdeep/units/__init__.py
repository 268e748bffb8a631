"""Unit types of Boltzmann machines; begin with `kerasdeep.units.base`."""

from kerasdeep.units.base import Unit
from kerasdeep.units.discrete import Bernoulli, Binomial, Softmax, Spin
from kerasdeep.units.gaussian import Gaussian
from kerasdeep.units.mixed import Mixed
from kerasdeep.units.names import copy_of, get
from kerasdeep.units.pooled import MaxPooled
from kerasdeep.units.rectified import NoisyReLU

__all__ = [
    "Bernoulli",
    "Binomial",
    "Gaussian",
    "MaxPooled",
    "Mixed",
    "NoisyReLU",
    "Softmax",
    "Spin",
    "Unit",
    "copy_of",
    "get",
]
