r"""How probable a model finds data: pseudo-likelihood.

The likelihood of a Boltzmann machine needs its partition function. The *pseudo-likelihood*

$$\mathrm{PLL}(v) = \sum_i \log p(v_i \mid v_{-i})$$

does not: every term compares the data with the same data after one unit has changed. It is exact
for independent units and otherwise a consistent objective of its own.

Reference: Besag (1975), Statistical analysis of non-lattice data. The Statistician 24.
"""

import math

import keras
from keras import ops


def conditional_log_likelihood(rbm, visible, index, field, mean):
    r"""Log-probability of one visible unit a row, given all others.

    $$\log p(v_i \mid v_{-i}) = -F(v) - \log \sum_{u} e^{-F(v : v_i = u)},$$

    a sum over the values $u$ of a discrete unit, a quadrature for a continuous one.

    Args:
        rbm: a built `RBM`.
        visible: float tensor of shape `(batch, num_visible)`.
        index: integer tensor of shape `(batch,)`: which unit of each row.
        field: `rbm.hidden_field(visible)`.
        mean: where to centre the quadrature, shape of `visible`; `rbm.reconstruct(visible)` does.

    Returns:
        Tensor of shape `(batch,)`, in nats.
    """
    values, log_weights = rbm.visible.quadrature(mean)
    chosen = ops.one_hot(index, visible.shape[-1], dtype="bool")
    changed = ops.where(chosen, values, visible)
    energy_change = ops.sum(
        rbm.visible.energy(changed, rbm.visible_bias)
        - rbm.visible.energy(visible, rbm.visible_bias),
        axis=-1,
    )
    statistic_change = ops.sum(
        rbm.visible.statistic(changed) - rbm.visible.statistic(visible), axis=-1, keepdims=True
    )
    changed_field = field + statistic_change * ops.take(rbm.kernel, index, axis=0)
    log_partition_change = ops.sum(
        rbm.hidden.log_partition(changed_field) - rbm.hidden.log_partition(field), axis=-1
    )
    log_weight = ops.max(ops.where(chosen, log_weights, -math.inf), axis=-1)
    return -ops.logsumexp(log_weight - energy_change + log_partition_change, axis=0)


def pseudo_log_likelihood(rbm, visible):
    r"""Pseudo-log-likelihood $\sum_i \log p(v_i \mid v_{-i})$ with every unit in its turn.

    Costs `num_visible` times as much as a free energy; the metric that `fit` reports visits one
    unit a row instead and agrees on average.

    Args:
        rbm: a built `RBM`.
        visible: array of shape `(batch, num_visible)`.

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

    return ops.fori_loop(0, visible.shape[-1], add_unit, ops.zeros_like(visible[:, 0]))


class PseudoLogLikelihood(keras.metrics.Mean):
    r"""Running estimate of the mean pseudo-log-likelihood, in nats an example.

    Row number $n$ since the last reset contributes $D \log p(v_i \mid v_{-i})$ for one unit $i$
    that depends on $n$ alone, and $D$ rows in succession visit every unit once. So the same rows
    give the same number, whatever the batch size, and no unit is favoured.
    """

    def __init__(self, name="pseudo_log_likelihood", **kwargs):
        super().__init__(name=name, **kwargs)
        self.row = self.add_variable((), "zeros", dtype="int32", name="row")

    def update_state(self, rbm, visible, field, mean, sample_weight=None):
        """Adds a batch; arguments as in `conditional_log_likelihood`."""
        num_rows, num_visible = ops.shape(visible)[0], visible.shape[-1]
        rows = self.row + ops.arange(num_rows)
        # Neighbouring rows look at units far apart, so that ordered data does no harm.
        index = (rows % num_visible) * _golden_stride(num_visible) % num_visible
        self.row.assign((self.row + num_rows) % num_visible)
        values = num_visible * conditional_log_likelihood(rbm, visible, index, field, mean)
        super().update_state(values, sample_weight)

    def reset_state(self):
        super().reset_state()
        self.row.assign(0)


def _golden_stride(count):
    """Returns the first integer above 0.618 `count` that has no factor in common with it."""
    stride = max(1, round(count * 0.618))
    while math.gcd(stride, count) != 1:
        stride += 1
    return stride
