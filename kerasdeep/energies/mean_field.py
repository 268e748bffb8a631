r"""Mean field: the best independent units in place of those that data leave open.

$$\log p(v) \geq \mathbb{E}_q[-E(v, h)] + H(q) - \log Z, \qquad q(h) = \prod_j q_j(h_j).$$
"""

from typing import NamedTuple

import numpy as np
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium


class MeanField(NamedTuple):
    r"""How the fixed point is looked for; an even layer sees odd ones alone, and these even ones.

    A sweep sets the means of the odd layers given the even ones, then those of the even layers
    above the data given the odd ones. Each of both steps raises the bound, or leaves it.

    Attributes:
        max_sweeps: sweeps at most, at least 1.
        tolerance: a row is done when none of its means moves further in a sweep.
        damping: share of the old means that stays, from 0 to below 1.

    Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines. AISTATS.
    """

    max_sweeps: int
    tolerance: float
    damping: float

    def even_side(self, machine: Harmonium, data: Tensor) -> Tensor:
        """Returns data beside the means of the even layers above it.

        Args:
            machine: whose even layers, side by side, are the visible side, the data first.
            data: shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch, number of all even units)`.
        """
        size = data.shape[-1]
        if machine.visible_bias.shape[0] == size:
            return data

        def sweep(number, side, moved):
            above = machine.visible_mean(machine.hidden_mean(side))[:, size:]
            new = self.damping * side[:, size:] + (1 - self.damping) * above
            # A row that is done stays, so that no row depends on its neighbours.
            new = ops.where((moved > self.tolerance)[:, None], new, side[:, size:])
            moved = ops.max(ops.abs(new - side[:, size:]), axis=-1)
            return number + 1, ops.concatenate([data, new], axis=-1), moved

        def goes_on(number, side, moved):
            return (number < self.max_sweeps) & ops.any(moved > self.tolerance)

        num_rows = ops.shape(data)[0]
        no_input = ops.zeros((num_rows, 1)) + machine.visible_bias
        above = machine.visible.mean(no_input)[:, size:]
        start = 0, ops.concatenate([data, above], axis=-1), ops.full((num_rows,), np.inf)
        _, side, _ = ops.while_loop(goes_on, sweep, start)
        return side


def entropy(mean: Tensor) -> Tensor:
    r"""Returns $-\sum_j m_j \log m_j + (1 - m_j) \log(1 - m_j)$ of binary units, in nats."""

    def part(p):
        return p * ops.log(ops.maximum(p, 1e-30))

    return -ops.sum(part(mean) + part(1 - mean), axis=-1)
