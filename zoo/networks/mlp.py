"""Multilayer perceptron: rectified linear units, dropout, weights of limited length."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import adversarial_distance, smooth
from kerasdeep.zoo.fully_connected import FullyConnected
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class MultilayerPerceptron(FullyConnected):
    """Fully connected layers of rectified linear units, with dropout and max-norm."""

    name = "mlp"
    summary = "Multilayer perceptron 1024-1024-1024, dropout and max-norm"
    citation = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout"
    widths = (1024, 1024, 1024)
    widths_of_few_pixels = (256, 256)

    epochs: int = parameter(120, "Epochs of training.", low=1)
    activation: str = parameter(
        "relu",
        "What hidden units make of their input.",
        choices=("relu", "elu", "leaky_relu", "gelu", "tanh", "sigmoid"),
    )

    adversarial: float = adversarial_distance()

    def network(self, row_shape: tuple[int, ...], num_classes: int) -> "keras.Model":
        """Returns the layers as one model, which `fit` makes answer alike near each row, or not."""
        return smooth(super().network(row_shape, num_classes), self.adversarial)

    def hidden(self, width: int) -> "list[keras.layers.Layer]":
        """Returns what makes so many hidden units of the values below."""
        return [self.dense(width, self.activation)]
