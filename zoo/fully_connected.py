"""What entries share that are networks of fully connected layers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import adversarial_distance, smooth
from kerasdeep.zoo.network import Network
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class FullyConnected(Stack, Network):
    """Fully connected layers with dropout, and weights of limited length.

    A subclass says of what a hidden layer is, `hidden(width)`.
    """

    dropout: float = parameter(
        0.5, "Share of the hidden units to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    input_dropout: float = parameter(
        0.2, "Share of the pixels to drop.", low=0, high=0.99, search=(0.0, 0.4)
    )
    max_norm: float = parameter(
        2.0, "Greatest Euclidean length of the weights into a unit.", low=0.01, search=(1.0, 4.0)
    )

    def hidden(self, width: int) -> "list[keras.layers.Layer]":
        """Returns what makes so many hidden units of the values below."""
        raise NotImplementedError

    def dense(self, width: int, activation: str | None = None) -> "keras.layers.Layer":
        """Returns a fully connected layer with max-norm."""
        import keras

        limit = keras.constraints.MaxNorm(self.max_norm)
        return keras.layers.Dense(
            width, activation, kernel_initializer="he_normal", kernel_constraint=limit
        )

    def hidden_layers(self) -> "list[keras.layers.Layer]":
        """Returns all but the last layer, from the bottom up."""
        from kerasdeep.layers import Dropout

        layers = [Dropout(self.input_dropout)]
        for width in self.layers:
            layers += [*self.hidden(width), Dropout(self.dropout)]
        return layers


@dataclass(frozen=True, kw_only=True)
class FullyConnectedClassifier(FullyConnected):
    """Fully connected layers that name classes, and may answer alike near each row."""

    adversarial: float = adversarial_distance()

    def architecture(self, num_classes: int) -> "list[keras.layers.Layer]":
        """Returns the layers from the bottom up."""
        import keras

        return [*self.hidden_layers(), keras.layers.Dense(num_classes, "softmax", dtype="float32")]

    def network(self, row_shape: tuple[int, ...], num_classes: int) -> "keras.Model":
        """Returns the layers as one model, which `fit` makes answer alike near each row, or not."""
        return smooth(super().network(row_shape, num_classes), self.adversarial)
