r"""Mean field: the best independent units in place of those that data leave open.

$$\log p(v) \geq \mathbb{E}_q[-E(v, h)] + H(q) - \log Z, \qquad q(h) = \prod_j q_j(h_j).$$
"""

from typing import NamedTuple

import numpy as np
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.dense import product
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.units import Mixed, Unit


class MeanField(NamedTuple):
    r"""How the fixed point is looked for; an even layer sees odd ones alone, and these even ones.

    A sweep sets the means of the odd layers given the even ones, then those of the even layers
    above the data given the odd ones. Each of both steps raises the bound, or leaves it. What the
    first layer receives from the data is the same in all sweeps, and computed once.

    Attributes:
        max_sweeps: sweeps at most, at least 1.
        tolerance: a row is done when none of its means moves further in a sweep.
        damping: share of the old means that stays, from 0 to below 1.

    Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines. AISTATS.
    """

    max_sweeps: int
    tolerance: float
    damping: float

    def sides(self, machine: Harmonium, data: Tensor) -> tuple[Tensor, Tensor]:
        """Returns data beside the means of the even layers above it, and those of the odd layers.

        Args:
            machine: whose even layers, side by side, are the visible side, the data first, and
                whose odd layers are the hidden side.
            data: shape `(batch, num_visible)`.

        Returns:
            Tensors of shape `(batch, number of all even units)` and `(batch, of all odd units)`.
        """
        size, connection = data.shape[-1], machine.connection
        (data_unit, _), *parts = machine.visible.parts(machine.visible_bias.shape[-1])
        received = product(data_unit.statistic(data), connection.weights[0], connection.dtype)
        others = machine.hidden_bias.shape[-1] - received.shape[-1]
        received = ops.pad(received, [[0, 0], [0, others]]) + machine.hidden_bias
        if machine.visible_bias.shape[-1] == size:
            return data, machine.hidden.mean(received)
        above, unit = connection.above(), Mixed(parts)
        bias = ops.zeros_like(data[:, :1]) + machine.visible_bias[..., size:]

        def odd_given(even):
            return machine.hidden.mean(received + above.down(even))

        def sweep(number, even, moved):
            new = unit.mean(bias + above.up(odd_given(even)))
            new = self.damping * even + (1 - self.damping) * new
            # A row that is done stays, so that no row depends on its neighbours.
            new = ops.where((moved > self.tolerance)[:, None], new, even)
            return number + 1, new, ops.max(ops.abs(new - even), axis=-1)

        def goes_on(number, even, moved):
            return (number < self.max_sweeps) & ops.any(moved > self.tolerance)

        start = 0, unit.mean(bias), ops.full((ops.shape(data)[0],), np.inf)
        _, even, _ = ops.while_loop(goes_on, sweep, start)
        return ops.concatenate([data, even], axis=-1), odd_given(even)


def entropy(unit: Unit, mean: Tensor) -> Tensor:
    r"""Returns the entropy of binary units and softmax groups with given means, in nats.

    $-\sum_j m_j \log m_j$, of binary units both values' part.
    """

    def part(p):
        return -ops.sum(p * ops.log(ops.maximum(p, 1e-30)), axis=-1)

    return sum(
        part(own) + (part(1 - own) if one.width == 1 else 0.0) for one, own in unit.split(mean)
    )
