"""Multilayer perceptron: rectified linear units, dropout, weights of limited length."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.network import Network
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class MultilayerPerceptron(Stack, Network):
    """Fully connected layers of rectified linear units, with dropout and max-norm."""

    name = "mlp"
    summary = "Multilayer perceptron 1024-1024-1024, dropout and max-norm"
    citation = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout"
    widths = (1024, 1024, 1024)
    widths_of_few_pixels = (256, 256)

    epochs: int = parameter(60, "Epochs of training.", low=1)
    activation: str = parameter(
        "relu",
        "What hidden units make of their input.",
        choices=("relu", "elu", "leaky_relu", "gelu", "tanh", "sigmoid"),
    )
    dropout: float = parameter(
        0.5, "Share of the hidden units to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    input_dropout: float = parameter(
        0.2, "Share of the pixels to drop.", low=0, high=0.99, search=(0.0, 0.4)
    )
    max_norm: float = parameter(
        2.0, "Greatest length of the weights of a hidden unit.", low=0.01, search=(1.0, 4.0)
    )

    def architecture(self, num_classes: int) -> "list[keras.layers.Layer]":
        """Returns the layers from the bottom up."""
        import keras

        from kerasdeep.layers import Dropout

        layers = [Dropout(self.input_dropout)]
        for width in self.layers:
            dense = keras.layers.Dense(
                width,
                self.activation,
                kernel_initializer="he_normal",
                kernel_constraint=keras.constraints.MaxNorm(self.max_norm),
            )
            layers += [dense, Dropout(self.dropout)]
        return [*layers, keras.layers.Dense(num_classes, "softmax")]
