"""What entries share that are convolutional networks."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.augmented import Augmented
from kerasdeep.zoo.network import Network
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Convolutional(Augmented, Network):
    """Convolutions and pooling, then one layer of answers; images may be changed in training.

    A subclass says of what the part below the answers is, `features()`.
    """

    takes_images = True

    dropout: float = parameter(
        0.3, "Share of the last features to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    test_time_augmentation: float = parameter(
        0.0,
        "Once trained, also look at images turned, moved and scaled by this share of --rotation, "
        "--translation and --zoom, and average the answers; 0: at the image alone.",
        low=0,
        high=1,
        search=(0.0, 1.0),
    )

    def features(self) -> "list[keras.layers.Layer]":
        """Returns the layers between images and the layer of answers, from the bottom up."""
        raise NotImplementedError

    def architecture(self, num_classes: int) -> "list[keras.layers.Layer]":
        """Returns the layers from the bottom up."""
        import keras

        from kerasdeep.layers import Dropout

        answers = [
            Dropout(self.dropout),
            keras.layers.Dense(num_classes, "softmax", dtype="float32"),
        ]
        return [*self.augmentation(), *self.features(), keras.layers.Flatten(), *answers]

    def network(self, row_shape: tuple[int, ...], num_classes: int) -> "keras.Model":
        """Returns the layers as one model, in another that averages its answers if told to."""
        import keras

        from kerasdeep.layers import TestTimeAugmentation

        network, share = super().network(row_shape, num_classes), self.test_time_augmentation
        if not share:
            return network
        amounts = {
            name: share * getattr(self, name) for name in ("rotation", "translation", "zoom")
        }
        averaged = TestTimeAugmentation(network, **amounts, mirror=bool(self.mirror))
        return keras.Sequential([keras.Input(row_shape), averaged], name=self.name)


@dataclass(frozen=True, kw_only=True)
class ConvolutionalStack(Convolutional):
    """Blocks of convolutions, each normalized, with pooling after each block."""

    num_filters: tuple[int, ...] = parameter(
        (24, 48, 96), "Channels of each block.", low=1, search=(8, 128), log=True
    )
    block_dropout: float = parameter(
        0.0,
        "Share of the features of each block but the last to drop.",
        low=0,
        high=0.99,
        search=(0.0, 0.5),
    )
    depth: int = parameter(2, "Convolutions a block.", low=1, search=(1, 3))
    learning_rate: float = 0.004
    warm_up: float = 0.2

    def activation(self, name: str) -> "keras.layers.Layer":
        """Returns what makes units of their fields, a layer of that name."""
        raise NotImplementedError

    @property
    def fields_a_unit(self) -> int:
        """How many fields, sums of weighted inputs, a unit is made of."""
        return 1

    def convolution(
        self, name: str, filters: int, size: int, pooled: bool
    ) -> "list[keras.layers.Layer]":
        """Returns the layers of one convolution: weights, normalization, activation.

        Pooling comes before the normalization, which then has a quarter of the values to do; their
        largest is the same before and after it, as long as it keeps their order.
        """
        import keras

        weights = keras.layers.Conv2D(
            self.fields_a_unit * filters,
            size,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
        )
        pooling = [keras.layers.MaxPooling2D(padding="same")] if pooled else []
        normalized = keras.layers.BatchNormalization(momentum=0.98)
        return [weights, *pooling, normalized, self.activation(name)]

    def features(self) -> "list[keras.layers.Layer]":
        """Returns the layers between images and the layer of answers, from the bottom up."""
        from kerasdeep.layers import Dropout

        sizes = itertools.chain([5], itertools.repeat(3))
        layers = []
        for block, filters in enumerate(self.num_filters, 1):
            for number in range(1, self.depth + 1):
                pooled = number == self.depth
                layers += self.convolution(f"maps_{block}_{number}", filters, next(sizes), pooled)
            if self.block_dropout and block < len(self.num_filters):
                layers.append(Dropout(self.block_dropout))
        return layers
