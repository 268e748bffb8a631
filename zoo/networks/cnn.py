"""Convolutional network: batch normalization, rectified linear units, images moved a little."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.convolutional import ConvolutionalStack
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class ConvolutionalNetwork(ConvolutionalStack):
    """A small network of today: three blocks of two convolutions, and one layer of answers."""

    name = "cnn"
    summary = "Convolutional network of six layers, images turned, moved and scaled a little"
    citation = "LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning; Ioffe, Szegedy 2015"

    epochs: int = parameter(36, "Epochs of training.", low=1)
    block_dropout: float = parameter(
        0.3,
        "Share of the features of each block but the last to drop.",
        low=0,
        high=0.99,
        search=(0.0, 0.5),
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

    def activation(self, name: str) -> "keras.layers.Layer":
        """Returns a rectifier."""
        import keras

        return keras.layers.ReLU(name=name)
