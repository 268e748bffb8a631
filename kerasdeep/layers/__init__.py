"""Layers for any Keras model."""

from kerasdeep.layers.dropout import Dropout
from kerasdeep.layers.stochastic import StochasticBinary
from kerasdeep.layers.threshold import ThresholdUnit

__all__ = ["Dropout", "StochasticBinary", "ThresholdUnit"]
