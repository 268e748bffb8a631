"""Generative adversarial network of fully connected layers."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.adversary import Adversary
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class AdversarialNetwork(Adversary):
    """Rectified linear units draw, maxout units judge, whose slope a penalty keeps small."""

    name = "gan"
    summary = "Generative adversarial network, 1200-1200, judged by maxout 240-240"
    citation = "Goodfellow et al. (2014), Generative adversarial nets"

    epochs: int = 40
    num_hidden: int = parameter(
        1200, "Units of each hidden layer of the generator.", low=1, search=(100, 2000), log=True
    )
    normalized: int = parameter(
        1, "1 to normalize the generator over the batch; 0 not to, as published.", low=0, high=1
    )
    num_units: int = parameter(
        240, "Maxout units of each hidden layer of the discriminator.", low=1, search=(50, 500)
    )
    dropout: float = parameter(
        0.0, "Share of the discriminator's units to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )

    def generator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from noise to data."""
        from keras.layers import BatchNormalization, Dense, ReLU

        hidden = []
        for _ in range(2):
            hidden.append(Dense(self.num_hidden, use_bias=not self.normalized))
            hidden += [*([BatchNormalization()] if self.normalized else []), ReLU()]
        return [*hidden, Dense(math.prod(row_shape), "sigmoid")]

    def discriminator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from data to one number."""
        from keras.layers import Dense

        from kerasdeep.layers import Dropout, Maxout

        layers = [Dropout(0.2 * (self.dropout > 0))]
        for _ in range(2):
            layers += [Dense(5 * self.num_units), Maxout(5), Dropout(self.dropout)]
        return [*layers, Dense(1)]
