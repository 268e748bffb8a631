r"""Tempering: distributions between independent units and a Boltzmann machine.

$$E_\beta = (1 - \beta)\, E_\text{base} + \beta\, E, \qquad 0 \le \beta \le 1,$$

where $E_\text{base}$ is the energy of the same units without weights, the visible ones with biases
of their own, the hidden ones with none. Chains move freely at $\beta = 0$ and follow the machine at
$\beta = 1$; annealed importance sampling takes them from one to the other, parallel tempering keeps
chains at several $\beta$ at once.
"""

from typing import NamedTuple

import keras
from keras import ops

from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.harmonium import Harmonium


class Tempered(NamedTuple):
    r"""The path of distributions that ends at a machine.

    In all methods $\beta$ is a number or one a chain, shape `(num_chains,)`.

    Attributes:
        machine: a `kerasdeep.energies.harmonium.Harmonium`.
        base_bias: biases of the visible units at $\beta = 0$, of the shape of a row.
    """

    machine: Harmonium
    base_bias: Tensor

    def visible_field(self, hidden: Tensor, beta: ArrayLike) -> Tensor:
        r"""Returns $(1 - \beta)\, b_\text{base} + \beta\, (b + W\, t(h))$."""
        field = self.machine.visible_field(hidden)
        beta = of_chains(beta, field)
        return (1 - beta) * self.base_bias + beta * field

    def hidden_field(self, field: Tensor, beta: ArrayLike) -> Tensor:
        r"""Returns $\beta\, (c + W^\top s(v))$ from the machine's own field."""
        return of_chains(beta, field) * field

    def log_weight(
        self, visible: Tensor, field: Tensor, beta: ArrayLike, other: ArrayLike
    ) -> Tensor:
        r"""Returns $\log p^*_{\beta'}(v) - \log p^*_\beta(v)$ of rows, without partition functions.

        With $F_\beta(v) = (1 - \beta) E_\text{base}(v) + \beta\, E(v) - A(\beta \phi)$ that is
        $F_\beta(v) - F_{\beta'}(v)$.

        Args:
            visible: values, shape `(num_chains, num_visible)`.
            field: $\phi$, the machine's own hidden field of them.
            beta: $\beta$.
            other: $\beta'$.

        Returns:
            Tensor of shape `(num_chains,)`, in nats.
        """
        machine = self.machine
        base = machine.visible.energy(visible, self.base_bias)
        own = machine.visible.energy(visible, machine.visible_bias)
        own = own + machine.hidden.bias_energy(machine.hidden_bias)
        change = machine.hidden.log_partition_change(
            self.hidden_field(field, beta), self.hidden_field(field, other)
        )
        return change - (other - beta) * (own - base)

    def gibbs_step(
        self, field: Tensor, beta: ArrayLike, seed: keras.random.SeedGenerator
    ) -> Tensor:
        r"""Draws hidden values given the machine's field of them, and visible ones given those."""
        machine = self.machine
        hidden = machine.hidden.sample(self.hidden_field(field, beta), seed)
        return machine.visible.sample(self.visible_field(hidden, beta), seed)

    def base_log_partition(self) -> Tensor:
        r"""Returns $\log Z$ at $\beta = 0$."""
        machine, row = self.machine, self.base_bias[None]
        no_field = ops.zeros_like(machine.hidden_field(row))
        of_visible = machine.visible.log_partition(row)[0]
        of_hidden = machine.hidden.log_partition(no_field)[0]
        return of_visible - machine.visible.bias_energy(self.base_bias) + of_hidden


def of_chains(beta: ArrayLike, values: Tensor) -> Tensor:
    """Returns one inverse temperature a chain in a shape to multiply values with."""
    beta = ops.convert_to_tensor(beta, dtype=values.dtype)
    return ops.reshape(beta, ops.shape(beta) + (1,) * (len(values.shape) - 1))
