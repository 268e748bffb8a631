"""Convolutional network: batch normalization, rectified linear units, images moved a little."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.network import Network
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras

FULL_TURN = 360


@dataclass(frozen=True, kw_only=True)
class ConvolutionalNetwork(Network):
    """A small network of today: four convolutions, each normalized, and one layer of answers."""

    name = "cnn"
    summary = "Convolutional network of four layers, images turned, moved and scaled a little"
    citation = "LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning; Ioffe, Szegedy 2015"
    takes_images = True

    epochs: int = parameter(14, "Epochs of training.", low=1)
    num_filters: tuple[int, ...] = parameter(
        (28, 56, 56, 112), "Channels of each convolution.", low=1, search=(8, 128), log=True
    )
    learning_rate: float = parameter(
        4e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )
    dropout: float = parameter(
        0.3, "Share of the last features to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    rotation: float = parameter(
        10.0, "Degrees that images are turned by, at most.", low=0, high=180, search=(0.0, 20.0)
    )
    translation: float = parameter(
        0.07, "Share of their size that they are moved by, at most.", low=0, high=1, search=(0, 0.2)
    )
    zoom: float = parameter(
        0.1, "Share that they are scaled by, at most.", low=0, high=0.9, search=(0.0, 0.2)
    )

    def augmentation(self) -> "list[keras.layers.Layer]":
        """Returns the layer that changes images in training; none where nothing is to change."""
        import keras

        from kerasdeep.layers import Augmentation

        outside = {"fill_mode": "constant"}
        changes = [
            (self.rotation, keras.layers.RandomRotation(self.rotation / FULL_TURN, **outside)),
            (
                self.translation,
                keras.layers.RandomTranslation(self.translation, self.translation, **outside),
            ),
            (self.zoom, keras.layers.RandomZoom(self.zoom, **outside)),
        ]
        chosen = [layer for amount, layer in changes if amount]
        return [Augmentation(chosen)] if chosen else []

    def architecture(self, num_classes: int) -> "list[keras.layers.Layer]":
        """Returns the layers from the bottom up."""
        import keras

        from kerasdeep.layers import Dropout

        def convolution(number, filters, size):
            return [
                keras.layers.Conv2D(
                    filters, size, padding="same", use_bias=False, kernel_initializer="he_normal"
                ),
                keras.layers.BatchNormalization(momentum=0.98),
                keras.layers.ReLU(name=f"maps_{number}"),
            ]

        def pooling():
            return keras.layers.MaxPooling2D(padding="same")

        first, *others = self.num_filters
        layers = [*self.augmentation(), *convolution(1, first, 5), pooling()]
        for number, filters in enumerate(others, 2):
            if number == len(self.num_filters):
                layers.append(pooling())
            layers += convolution(number, filters, 3)
        layers += [pooling(), keras.layers.Flatten(), Dropout(self.dropout)]
        return [*layers, keras.layers.Dense(num_classes, "softmax")]
