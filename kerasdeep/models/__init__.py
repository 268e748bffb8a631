"""Models: `keras.Model` subclasses, one family a file."""

from kerasdeep.models.dbn import DBN
from kerasdeep.models.rbm import RBM

__all__ = ["DBN", "RBM"]
