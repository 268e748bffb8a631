"""LeNet-5: two convolutions, average pooling, three fully connected layers."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kerasdeep.zoo.convolutional import Convolutional
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras

WIDTH, WIDTH_OF_FEW_PIXELS = 5, 3
SMALLEST, SMALLEST_OF_WIDTH = 4, 12  # sides of images that leave something after pooling


@dataclass(frozen=True, kw_only=True)
class LeNet(Convolutional):
    """LeNet-5 with every map connected to every other, plain pooling and a softmax.

    The first had pooling with two weights a map, chosen connections between the maps, and distances
    from drawn digits as its answers.
    """

    name = "lenet-5"
    summary = "LeNet-5: two convolutions, average pooling, three fully connected layers"
    citation = "LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning applied to documents"

    epochs: int = 20
    kernel_size: int | None = parameter(
        None, "Width of the filters. [default: 5, of images of fewer than 144 values 3]", low=1
    )
    learning_rate: float = 0.002
    activation: str = parameter(
        "tanh", "Activation of the units.", choices=("tanh", "relu", "elu", "gelu")
    )
    dropout: float = 0.0

    def fit_to(self, num_rows: int, num_values: int) -> Self:
        size = self.kernel_size or (
            WIDTH_OF_FEW_PIXELS if num_values < SMALLEST_OF_WIDTH**2 else WIDTH
        )
        return dataclasses.replace(super().fit_to(num_rows, num_values), kernel_size=size)

    def network(self, row_shape: tuple[int, ...], num_classes: int) -> "keras.Model":
        """Returns the layers as one model, or raises a ValueError for images that are too small."""
        wide = (self.kernel_size or WIDTH) == WIDTH
        smallest = SMALLEST_OF_WIDTH if wide else SMALLEST
        if min(row_shape[:2]) < smallest:
            way_out = f", or pass --kernel-size {WIDTH_OF_FEW_PIXELS}" if wide else ""
            raise ValueError(
                f"lenet-5 expects images of at least {smallest} x {smallest} pixels. Received: "
                f"{row_shape[0]} x {row_shape[1]}. Choose larger ones{way_out}."
            )
        return super().network(row_shape, num_classes)

    def features(self) -> "list[keras.layers.Layer]":
        """Returns the layers between images and the layer of answers, from the bottom up."""
        import keras

        size = self.kernel_size or WIDTH
        padding = "valid" if size == WIDTH else "same"  # which leaves more of small images
        return [
            keras.layers.Conv2D(6, size, padding="same", activation=self.activation, name="maps_1"),
            keras.layers.AveragePooling2D(2),
            keras.layers.Conv2D(
                16, size, padding=padding, activation=self.activation, name="maps_2"
            ),
            keras.layers.AveragePooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(120, self.activation),
            keras.layers.Dense(84, self.activation),
        ]
