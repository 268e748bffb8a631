"""Single neurons."""

from kerasdeep.models.neurons.perceptron import Perceptron

__all__ = ["Perceptron"]
