r"""Pseudo-likelihood: how probable each unit is, given all others.

The likelihood of a Boltzmann machine needs its partition function. The *pseudo-likelihood*

$$\mathrm{PLL}(v) = \sum_i \log p(v_i \mid v_{-i})$$

does not: every term compares the data with the same data after one unit has changed. It is exact
for independent units and otherwise a consistent objective of its own.

Reference: Besag (1975), Statistical analysis of non-lattice data. The Statistician 24.
"""

import math
from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.likelihood.pixels import at_one_pixel
from kerasdeep.units.base import Unit

FAR = 1_000_003  # a prime, and so a stride through any number of units but its multiples


def conditional_log_likelihood(
    rbm: Harmonium, visible: Tensor, index: Tensor, field: Tensor, mean: Tensor
) -> Tensor:
    r"""Log-probability of one visible unit a row, given all others.

    $$\log p(v_i \mid v_{-i}) = -F(v) - \log \sum_{u} e^{-F(v : v_i = u)},$$

    a sum over the values $u$ of a discrete unit, a quadrature for a continuous one.

    Args:
        rbm: a built `RBM` or `ConvolutionalRBM`.
        visible: float tensor of shape `(batch, num_visible)`, or images.
        index: integer tensor of shape `(batch,)`: which unit of each row; a group of columns, such
            as those of a softmax, is one unit, and counts as certain where it is missing.
        field: `rbm.hidden_field(visible)`.
        mean: where to centre the quadrature, shape of `visible`; `rbm.reconstruct(visible)` does.

    Returns:
        Tensor of shape `(batch,)`, in nats.
    """
    if len(visible.shape) == 4:
        rbm, visible, index, mean = at_one_pixel(rbm, visible, index, mean)
    total, first_unit, first_column = 0.0, 0, 0
    for unit, num_columns in rbm.visible.parts(visible.shape[-1]):
        num_units = num_columns // unit.width
        own = ops.clip(index - first_unit, 0, num_units - 1)
        columns = first_column + own[:, None] * unit.width + ops.arange(unit.width)
        chosen = ops.one_hot(columns, visible.shape[-1])
        values, log_weights = unit.quadrature(_taken(mean, chosen), own)
        log_odds = _log_odds(rbm, visible, columns, chosen, values, field)
        log_p = -ops.logsumexp(log_weights + log_odds, axis=0)
        known = unit.observed(_taken(visible, chosen))
        log_p = log_p if known is None else known[:, 0] * log_p
        total += ops.where((index >= first_unit) & (index < first_unit + num_units), log_p, 0.0)
        first_unit, first_column = first_unit + num_units, first_column + num_columns
    return total


def _taken(values, chosen):
    """Returns the values in chosen columns; one operation, where `take_along_axis` is forty."""
    return ops.einsum("...bd,bwd->...bw", values, chosen)


def _log_odds(rbm, visible, columns, chosen, values, field):
    r"""Returns $F(v) - F(v : v_i = u)$ for values $u$ of some columns.

    Args:
        columns: integer tensor of shape `(batch, width)`.
        chosen: the same as zeros and ones, shape `(batch, width, num_visible)`.
        values: tensor of shape `(num_values, batch, width)`.

    Returns:
        Tensor of shape `(num_values, batch)`.
    """
    changed = ops.where(
        ops.any(chosen > 0, axis=1), ops.einsum("bwd,kbw->kbd", chosen, values), visible
    )
    unit, bias = rbm.visible, rbm.visible_bias
    energy_change = unit.energy(changed, bias) - unit.energy(visible, bias)
    statistic_change = _taken(unit.statistic(changed) - unit.statistic(visible), chosen)
    changed_field = field + rbm.connection.up_from(columns, statistic_change)
    log_partition_change = rbm.hidden.log_partition(changed_field) - rbm.hidden.log_partition(field)
    return log_partition_change - energy_change


def pseudo_log_likelihood(rbm: Harmonium, visible: ArrayLike) -> Tensor:
    r"""Pseudo-log-likelihood $\sum_i \log p(v_i \mid v_{-i})$ with every unit in its turn.

    Costs `num_visible` times as much as a free energy; the metric that `fit` reports visits one
    unit a row instead and agrees on average.

    Args:
        rbm: a built `RBM` or `ConvolutionalRBM`.
        visible: array of shape `(batch, num_visible)`, or images.

    Returns:
        Tensor of shape `(batch,)`, in nats.

    Example:

    >>> rbm = RBM(16); rbm.build((None, 64))
    >>> pseudo_log_likelihood(rbm, x).shape
    (1797,)
    """
    visible = ops.cast(visible, "float32")
    field, mean = rbm.hidden_field(visible), rbm.reconstruct(visible)

    def add_unit(unit, total):
        index = ops.full((ops.shape(visible)[0],), unit, dtype="int32")
        return total + conditional_log_likelihood(rbm, visible, index, field, mean)

    start = ops.zeros((ops.shape(visible)[0],))
    return ops.fori_loop(0, num_units(rbm.visible, visible), add_unit, start)


def num_units(unit: Unit, values: Tensor) -> int:
    """Returns how many units of a type the columns of values are, at all places of an image."""
    of_a_place = sum(columns // part.width for part, columns in unit.parts(values.shape[-1]))
    return of_a_place * math.prod(ops.shape(values)[1:-1])


class PseudoLogLikelihood(keras.metrics.Mean):
    r"""Running estimate of the mean pseudo-log-likelihood, in nats an example.

    Row number $n$ since the last reset contributes $D \log p(v_i \mid v_{-i})$ for one of the $D$
    units, which depends on $n$ alone, and $D$ rows in succession visit every unit once. So the same
    rows give the same number, whatever the batch size and on however many devices, and no unit is
    favoured.
    """

    def __init__(self, name: str = "pseudo_log_likelihood", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.row = self.add_variable((), "zeros", dtype="int32", name="row")

    def update_state(
        self,
        rbm: Harmonium,
        visible: Tensor,
        field: Tensor,
        mean: Tensor,
        sample_weight: Tensor | None = None,
    ) -> None:
        """Adds a batch; arguments as in `conditional_log_likelihood`."""
        count, (before, num_rows) = num_units(rbm.visible, visible), backend.rows_before(visible)
        rows = self.row + before + ops.arange(ops.shape(visible)[0])
        # Neighbouring rows look at units far apart, so that ordered data does no harm.
        stride = _golden_stride(count) if isinstance(count, int) else FAR
        index = ops.cast(rows % count, "int64") * stride % count
        index = ops.cast(index, "int32")
        self.row.assign((self.row + num_rows) % count)
        values = count * conditional_log_likelihood(rbm, visible, index, field, mean)
        super().update_state(values, sample_weight)

    def reset_state(self) -> None:
        super().reset_state()
        self.row.assign(0)


def _golden_stride(count):
    """Returns the first integer above 0.618 `count` that has no factor in common with it."""
    stride = max(1, round(count * 0.618))
    while math.gcd(stride, count) != 1:
        stride += 1
    return stride
