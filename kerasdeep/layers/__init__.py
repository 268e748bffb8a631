"""Layers for any Keras model."""

from kerasdeep.layers.dropout import Dropout

__all__ = ["Dropout"]
