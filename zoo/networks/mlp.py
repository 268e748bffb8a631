"""Multilayer perceptron: rectified linear units, dropout, weights of limited length."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fully_connected import FullyConnectedClassifier
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class MultilayerPerceptron(FullyConnectedClassifier):
    """Fully connected layers of rectified linear units, with dropout and max-norm."""

    name = "mlp"
    summary = "Multilayer perceptron 1024-1024-1024, dropout and max-norm"
    citation = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout"
    widths = (1024, 1024, 1024)
    widths_of_few_pixels = (256, 256)

    epochs: int = 120
    activation: str = parameter(
        "relu",
        "Activation of the hidden units.",
        choices=("relu", "elu", "leaky_relu", "gelu", "tanh", "sigmoid"),
    )

    def hidden(self, width: int) -> "list[keras.layers.Layer]":
        """Returns what makes so many hidden units of the values below."""
        return [self.dense(width, self.activation)]
