"""Units of any type at every place of an image."""

import keras
import numpy as np
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.units.base import Unit


class ImageOf(Unit):
    """Units of one type at all places of an image, those of a channel with one bias.

    Values have the shape `(batch, height, width, channels)`; energies and log-partitions are sums
    over places too.

    Args:
        unit: unit type of the channels of one place.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.name, self.support, self.width = unit.name, unit.support, unit.width

    @property
    def weights(self) -> list[keras.Variable]:
        return self.unit.weights

    def statistic(self, value: Tensor) -> Tensor:
        return self.unit.statistic(value)

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        return ops.sum(self.unit.energy(value, bias), axis=(1, 2))

    def bias_energy(self, bias: Tensor) -> Tensor:
        return self.unit.bias_energy(bias)

    def log_partition(self, field: Tensor) -> Tensor:
        return ops.sum(self.unit.log_partition(field), axis=(1, 2))

    def mean(self, field: Tensor) -> Tensor:
        return self.unit.mean(field)

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        return self.unit.sample(field, seed)

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return self.unit.bias_from_mean(mean)

    def parts(self, num_columns: int) -> list[tuple[Unit, int]]:
        return self.unit.parts(num_columns)

    def split(self, values: Tensor) -> list[tuple[Unit, Tensor]]:
        return self.unit.split(values)

    def check_width(self, num_columns: int) -> None:
        self.unit.check_width(num_columns)

    def check_rows(self, rows: np.ndarray) -> None:
        self.unit.check_rows(rows)
