"""Models: `keras.Model` subclasses, one family a file."""

from kerasdeep.models.rbm import RBM

__all__ = ["RBM"]
