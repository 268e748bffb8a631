"""Machines that differ in a little from another one, and share the rest with it."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Self

import keras

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.units.base import Unit


@dataclasses.dataclass(frozen=True, eq=False)
class View(Harmonium):
    """A machine made of the parts of others; attributes as of `Harmonium`."""

    built = True

    visible: Unit
    hidden: Unit
    connection: Connection
    visible_bias: Tensor
    hidden_bias: Tensor
    seed_generator: keras.random.SeedGenerator

    @classmethod
    def of(cls, machine: Harmonium, **changes: Any) -> Self:
        """Returns a view of a machine in which the named parts are others."""
        names = [field.name for field in dataclasses.fields(View)]
        return cls(**{**{name: getattr(machine, name) for name in names}, **changes})


@dataclasses.dataclass(frozen=True, eq=False)
class Observed(View):
    """A machine of those visible units alone that are observed, in each row others.

    Attributes:
        observed: 1 for a unit that is, 0 for one that is not, shape `(batch, num_visible)`; or
            None, where all are.
    """

    observed: Tensor | None = None

    def gibbs_step(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        visible = self.visible.sample(self.visible_field(hidden), self.seed_generator)
        if self.observed is not None:
            visible = self.observed * visible
        return visible, self.hidden_field(visible)


def shifted(machine: Harmonium, changes: Sequence[Tensor]) -> View:
    """Returns a machine whose weights and biases are larger, by changes in their order."""
    *weights, visible, hidden = changes
    view = machine if isinstance(machine, View) else View.of(machine)
    return dataclasses.replace(
        view,
        connection=machine.connection.shifted(weights),
        visible_bias=machine.visible_bias + visible,
        hidden_bias=machine.hidden_bias + hidden,
    )
