"""Boltzmann machines and deep belief networks as first-class Keras models."""

from kerasdeep import callbacks, likelihood, models, samplers, units

__version__ = "0.1.0"

__all__ = ["callbacks", "likelihood", "models", "samplers", "units"]
