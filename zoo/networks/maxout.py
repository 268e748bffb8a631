"""Maxout network: units that learn their own activation, with dropout."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fully_connected import FullyConnectedClassifier
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class MaxoutNetwork(FullyConnectedClassifier):
    """Two layers of units that are the largest of five linear pieces, with dropout and max-norm."""

    name = "maxout"
    summary = "Maxout network 240-240 of five pieces, dropout and max-norm"
    citation = "Goodfellow, Warde-Farley, Mirza, Courville, Bengio (2013), Maxout networks"
    widths = (240, 240)
    widths_of_few_pixels = (100, 100)

    epochs: int = 60
    pieces: int = parameter(5, "Linear pieces of a unit.", low=1, search=(2, 8))

    def hidden(self, width: int) -> "list[keras.layers.Layer]":
        """Returns what makes so many hidden units of the values below."""
        from kerasdeep.layers import Maxout

        return [self.dense(self.pieces * width), Maxout(self.pieces)]
