"""Biases that start from data, and statistics that are centred at their running means."""

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.contrastive import along

# Share of the running mean of the data that one batch replaces; 0.01 as in Melchior et al. (2016).
OFFSET_RATE = 0.01


class CentredUnits:
    """For a model of two sides of units with `centering`, whether its gradients are centred.

    Attributes:
        visible_offset: running mean of the visible statistics over the data, one a visible bias.
        hidden_offset: running mean of the hidden ones, one a hidden bias.
    """

    def _add_offsets(self, visible_shape, hidden_shape):
        """Makes the offsets, at first the means of units without a field.

        Args:
            visible_shape: shape of the smallest batch of visible values.
            hidden_shape: likewise.
        """
        self.visible_offset = self._add_offset("visible_offset", self.visible, visible_shape)
        self.hidden_offset = self._add_offset("hidden_offset", self.hidden, hidden_shape)

    def _add_offset(self, name, unit, shape):
        mean = 0.0
        if self.centering:
            statistic = unit.statistic(unit.mean(ops.zeros(shape)))
            mean = ops.mean(statistic, axis=tuple(range(len(shape) - 1)))

        def initial(shape, dtype=None):
            return ops.broadcast_to(ops.cast(mean, dtype), shape)

        return self.add_weight(name=name, shape=shape[-1:], initializer=initial, trainable=False)

    def _start_biases(self, rows):
        """Sets visible biases that are still zero to give each unit its mean over rows."""
        if ops.any(self.visible_bias != 0):
            return
        mean = ops.mean(ops.cast(rows, "float32"), axis=tuple(range(rows.ndim - 1)))
        self.visible_bias.assign(self.visible.bias_from_mean(mean))
        if self.centering:
            self.visible_offset.assign(self.visible.statistic(mean))
        if self.compiled:
            self.sampler.initialize(self)

    def update_offsets(self, visible: Tensor, hidden: Tensor, weight: Tensor | None = None) -> None:
        """Moves the offsets towards the means of a batch, in which rows have weights."""
        if not self.centering:
            return
        weight = ops.ones((ops.shape(visible)[0],)) if weight is None else weight
        all_weight = backend.sum_over_replicas(ops.sum(weight))
        share = weight / ops.maximum(all_weight, 1e-12)
        rate = ops.where(all_weight > 0, OFFSET_RATE, 0.0)
        for offset, unit, value in (
            (self.visible_offset, self.visible, visible),
            (self.hidden_offset, self.hidden, hidden),
        ):
            offset.assign_add(rate * (mean_over_rows(unit.statistic(value), share) - offset))


def mean_over_rows(values: Tensor, share: Tensor) -> Tensor:
    """Returns the mean of values over rows with shares that sum to 1, and over all their places.

    The rows are those of all replicas.
    """
    places = tuple(range(1, len(values.shape) - 1))
    own = ops.sum(ops.mean(along(share, values) * values, axis=places), axis=0)
    return backend.sum_over_replicas(own)
