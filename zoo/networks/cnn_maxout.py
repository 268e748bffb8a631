"""Convolutional maxout network."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.convolutional import ConvolutionalStack
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class ConvolutionalMaxoutNetwork(ConvolutionalStack):
    """The convolutional network with units that learn their own activation; images as they are."""

    name = "cnn-maxout"
    summary = "Convolutional network of maxout units, two pieces each, images as they are"
    citation = "Goodfellow, Warde-Farley, Mirza, Courville, Bengio (2013), Maxout networks"

    epochs: int = 14
    dropout: float = 0.5
    depth: int = 1
    pieces: int = parameter(2, "Linear pieces of a unit.", low=1, search=(2, 4))

    @property
    def fields_a_unit(self) -> int:
        """How many fields a unit is made of: one for each piece."""
        return self.pieces

    def activation(self, name: str) -> "keras.layers.Layer":
        """Returns a maxout layer."""
        from kerasdeep.layers import Maxout

        return Maxout(self.pieces, name=name)
