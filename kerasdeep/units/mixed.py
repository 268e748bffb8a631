"""A layer of several unit types side by side."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.units.base import Unit
from kerasdeep.units.names import get


@register
class Mixed(Unit):
    r"""Units of different types in one layer: $E(u) = \sum_p E_p(u_p)$ over its parts.

    Args:
        layers: list of `(unit, num_columns)`, from the first column to the last; a unit is an
            object or a name.

    Raises:
        ValueError: for no parts, or a number of columns that a unit type cannot have.

    Example:

    >>> labelled = Mixed([("bernoulli", 784), (Softmax(10), 10)])
    >>> rbm = RBM(500, visible=labelled)     # rows of 784 pixels and 10 label units
    """

    name = "mixed"

    def __init__(self, layers: Sequence[tuple[str | Unit, int]]) -> None:
        self.layers = [(get(unit), int(num_columns)) for unit, num_columns in layers]
        if not self.layers:
            raise ValueError("Mixed expects at least one layer. Received: an empty list.")
        for unit, num_columns in self.layers:
            unit.check_width(num_columns)
        self.sizes = [columns for _, columns in self.layers]
        self.support = (
            min(unit.support[0] for unit, _ in self.layers),
            max(unit.support[1] for unit, _ in self.layers),
        )

    def split(self, values: Tensor) -> list[tuple[Unit, Tensor]]:
        parts = backend.split(values, self.sizes)
        return [(unit, part) for (unit, _), part in zip(self.layers, parts, strict=True)]

    def statistic(self, value: Tensor) -> Tensor:
        return self._joined(lambda unit, part: unit.statistic(part), value)

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        biases = [part for _, part in self.split(bias)]
        parts = zip(self.split(value), biases, strict=True)
        return sum(unit.energy(part, own) for (unit, part), own in parts)

    def bias_energy(self, bias: Tensor) -> Tensor:
        return sum(unit.bias_energy(part) for unit, part in self.split(bias))

    def log_partition(self, field: Tensor) -> Tensor:
        return sum(unit.log_partition(part) for unit, part in self.split(field))

    def log_partition_change(self, field: Tensor, other: Tensor) -> Tensor:
        others = [part for _, part in self.split(other)]
        parts = zip(self.split(field), others, strict=True)
        return sum(unit.log_partition_change(part, changed) for (unit, part), changed in parts)

    def mean(self, field: Tensor) -> Tensor:
        return self._joined(lambda unit, part: unit.mean(part), field)

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        return self._joined(lambda unit, part: unit.sample(part, seed), field)

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return self._joined(lambda unit, part: unit.bias_from_mean(part), mean)

    def _joined(self, function, values):
        return ops.concatenate([function(*part) for part in self.split(values)], axis=-1)

    @property
    def weights(self) -> list[keras.Variable]:
        return [weight for unit, _ in self.layers for weight in unit.weights]

    def add_weights(self, model: keras.layers.Layer, num_columns: int) -> None:
        for unit, columns in self.layers:
            unit.add_weights(model, columns)

    def weight_gradients(
        self, value: Tensor, bias: Tensor, field: Tensor, share: Tensor
    ) -> list[Tensor]:
        parts = zip(self.split(value), self.split(bias), self.split(field), strict=True)
        return [
            gradient
            for (unit, own), (_, own_bias), (_, own_field) in parts
            for gradient in unit.weight_gradients(own, own_bias, own_field, share)
        ]

    def parts(self, num_columns: int) -> list[tuple[Unit, int]]:
        return self.layers

    def observed(self, value: Tensor) -> Tensor | None:
        masks = [(unit.observed(part), part) for unit, part in self.split(value)]
        if all(mask is None for mask, _ in masks):
            return None
        return ops.concatenate(
            [ops.ones_like(part) if mask is None else mask for mask, part in masks], axis=-1
        )

    def check_width(self, num_columns: int) -> None:
        if num_columns != sum(self.sizes):
            raise ValueError(
                f"Mixed expects {sum(self.sizes)} columns, those of its layers. "
                f"Received: {num_columns} columns."
            )

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {"layers": [[serialize(unit), columns] for unit, columns in self.layers]}
