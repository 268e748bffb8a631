r"""What every unit type has: one exponential-family conditional distribution a class.

A unit with value $u$ and bias $b$ adds $E(u)$ to the energy of its model, and the weights see
its statistic $s(u)$. Given its *field* $\phi = b + x$, where $x$ is the input that comes through
the weights, its value is distributed as

$$p(u \mid \phi) = \exp\bigl(\phi\, s(u) - E_0(u) - A(\phi)\bigr), \qquad
A(\phi) = \log \sum_u \exp\bigl(\phi\, s(u) - E_0(u)\bigr),$$

with $E_0$ the energy at zero bias and the sum an integral for continuous units. Free energies,
mean fields and Gibbs sampling of every model are written with these functions alone, so a new
unit type needs a new class here and no change anywhere else.

Reference: Welling, Rosen-Zvi, Hinton (2005), Exponential family harmoniums. NIPS 17.
"""

import math
from typing import Any, Self

import keras
import numpy as np
from keras import ops

from kerasdeep.backend.types import ArrayLike, Tensor


class Unit:
    """Base class of the unit types.

    Values, biases and fields of a layer stand along the last axis. `statistic`, `mean` and `sample`
    keep it, `energy` and `log_partition` sum over it.

    Attributes:
        name: lower-case name, as in `RBM(visible="bernoulli")`.
        support: `(lowest, highest)` value that data for these units may have.
        activation: name of the Keras activation that equals `mean`, or None.
        weights: list of what a unit type learns by itself, such as a variance.
        width: how many columns of a layer one unit takes: 1, or the categories of a softmax group.
        values: the values that a unit can have, shape `(num_values, width)`; None where there is an
            infinity of them.
    """

    name = None
    support = None
    activation = None
    width = 1
    values = None
    weights = ()

    def statistic(self, value: Tensor) -> Tensor:
        """Returns $s(u)$, what the weights see of a value; linear in the value."""
        return value

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        """Returns the energy $E(u)$ of the values of a layer, without the weights' part.

        Args:
            value: tensor of shape `(..., num_columns)`.
            bias: tensor of shape `(num_columns,)`, or any that broadcasts with the values.

        Returns:
            Tensor of shape `(...)`, in nats.
        """
        return -ops.sum(value * bias, axis=-1)

    def bias_energy(self, bias: Tensor) -> Tensor:
        """Returns the part of `energy` that depends on the bias alone, a scalar in nats."""
        return ops.zeros(())

    def log_partition(self, field: Tensor) -> Tensor:
        r"""Returns $A(\phi)$, summed over the units of a layer, in nats."""
        raise NotImplementedError

    def log_partition_change(self, field: Tensor, other: Tensor) -> Tensor:
        r"""Returns $A(\phi') - A(\phi)$ of fields and other ones, as `log_partition`.

        Units that can, take the difference before the sum over the layer, where it loses no digits,
        and with half the logarithms.
        """
        return self.log_partition(other) - self.log_partition(field)

    def mean(self, field: Tensor) -> Tensor:
        r"""Returns $\mathbb{E}[u \mid \phi]$."""
        raise NotImplementedError

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        r"""Draws $u \sim p(u \mid \phi)$.

        Args:
            field: float tensor.
            seed: a `keras.random.SeedGenerator`.
        """
        raise NotImplementedError

    def log_probability(self, value: Tensor, field: Tensor) -> Tensor:
        r"""Returns $\log p(u \mid \phi)$, summed over the units of a layer, in nats.

        Args:
            value: tensor of shape `(batch, num_columns)`.
            field: $\phi$, of the same shape.

        Returns:
            Tensor of shape `(batch,)`.
        """
        linear = ops.sum(field * self.statistic(value), axis=-1)
        return linear - self.energy(value, ops.zeros_like(value[:1])) - self.log_partition(field)

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        """Returns the bias for which a unit without weights has the given mean."""
        raise NotImplementedError

    def quadrature(self, mean: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        r"""Values $u_k$ and log-weights that turn $\int f(u)\,du$ into $\sum_k e^{w_k} f(u_k)$.

        For units with finitely many values, the values themselves.

        Args:
            mean: tensor of shape `(batch, width)`: where to look for the values of one unit a row.
            index: integer tensor of shape `(batch,)`: which unit of the layer that is.

        Returns:
            `(values, log_weights)`, of shapes `(num_values, batch, width)` and
            `(num_values, batch)`.
        """
        num_values, width = self.values.shape
        shape = (num_values, ops.shape(mean)[0], width)
        values = ops.convert_to_tensor(self.values, dtype="float32")
        return ops.broadcast_to(values[:, None, :], shape), ops.zeros(shape[:2])

    def add_weights(self, model: keras.layers.Layer, num_columns: int) -> None:
        """Makes the `weights` of a unit type that has some.

        Args:
            model: the Keras layer or model to make them in.
            num_columns: number of columns of the layer of units.
        """

    def weight_gradients(
        self, value: Tensor, bias: Tensor, field: Tensor, share: Tensor
    ) -> list[Tensor]:
        r"""Returns $\sum_n q_n\, \partial E(v_n, h_n) / \partial\theta$ of each weight.

        Args:
            value: values of the layer, shape `(num_rows, num_columns)`.
            bias: shape `(num_columns,)`.
            field: $b + W t(h)$ of the same rows.
            share: $q$, shape `(num_rows,)`.
        """
        return []

    def parts(self, num_columns: int) -> "list[tuple[Unit, int]]":
        """Returns the layers of one unit type that a layer consists of.

        Returns:
            List of `(unit, num_columns)`, from the first column to the last.
        """
        return [(self, num_columns)]

    def split(self, values: Tensor) -> "list[tuple[Unit, Tensor]]":
        """Returns `(unit, columns)` for the values of each of these parts."""
        return [(self, values)]

    def unrolled(self, num_columns: int) -> str:
        """Returns the name of the Keras activation that computes the means of a layer.

        Raises:
            ValueError: where no activation of Keras does.
        """
        if self.activation is None:
            raise ValueError(
                f"No activation of Keras computes the means of {self.name} units, so a layer of "
                f"them cannot become a Dense layer. Received: {num_columns} {self.name} columns. "
                "Use the RBM itself as a layer: keras.Sequential([rbm, keras.layers.Dense(10)])."
            )
        return self.activation

    def check_width(self, num_columns: int) -> None:
        """Raises a ValueError where a layer of so many columns cannot be."""
        if num_columns % self.width:
            raise ValueError(
                f"{type(self).__name__} expects layers of a multiple of {self.width} columns. "
                f"Received: {num_columns} columns."
            )

    def check_rows(self, rows: np.ndarray) -> None:
        """Raises a ValueError for data within the support that the units still cannot have."""

    def observed(self, value: Tensor) -> Tensor | None:
        """Returns 1 for what is known of data and 0 for the rest; None where all is known."""
        return

    def get_config(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**config)


class AnyNumbers(Unit):
    """Inputs of a model that says nothing of their distribution.

    Args:
        low, high: smallest and largest value. Default minus and plus infinity.
    """

    def __init__(self, low: float = -math.inf, high: float = math.inf) -> None:
        self.support = (low, high)


def values_of(*values: float) -> np.ndarray:
    """Returns scalar values in the shape of `Unit.values`."""
    return np.array(values, "float32")[:, None]


def interpolated(table: ArrayLike, value: Tensor) -> Tensor:
    """Looks up a function of 0, 1, 2, ...; between whole numbers, the straight line.

    Args:
        table: its values, an array of at least two; beyond the last, the last.
        value: tensor of numbers of at least 0.

    Returns:
        Tensor of the shape of `value`.
    """
    last = len(table) - 1
    table = ops.convert_to_tensor(table, dtype=value.dtype)
    value = ops.clip(value, 0, last)
    below = ops.clip(ops.floor(value), 0, last - 1)
    index = ops.cast(below, "int32")
    low, high = ops.take(table, index), ops.take(table, index + 1)
    return low + (value - below) * (high - low)
