"""Convolutional network: batch normalization, rectified linear units, images moved a little."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.convolutional import ConvolutionalStack

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class ConvolutionalNetwork(ConvolutionalStack):
    """A small network of today: three blocks of two convolutions, and one layer of answers."""

    name = "cnn"
    summary = "Convolutional network of six layers, images turned, moved and scaled a little"
    citation = "LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning; Ioffe, Szegedy 2015"

    epochs: int = 36
    block_dropout: float = 0.3
    rotation: float = 10.0
    translation: float = 0.07
    zoom: float = 0.1

    def activation(self, name: str) -> "keras.layers.Layer":
        """Returns a rectifier."""
        import keras

        return keras.layers.ReLU(name=name)
