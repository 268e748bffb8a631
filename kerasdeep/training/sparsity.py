"""Hidden units that are drawn towards a target of activity."""

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.energies.contrastive import share_of
from kerasdeep.training.centring import mean_over_rows


class SparseHiddenUnits:
    """For a model with `hidden` units and `sparsity`, a `SparsityTarget` or None."""

    def _add_hidden_bias(self, num_units):
        """Returns the hidden biases, which start where units without weights hit the target."""

        def initial(shape, dtype=None):
            if self.sparsity is None:
                return ops.zeros(shape, dtype)
            return self.hidden.bias_from_mean(ops.full(shape, self.sparsity.target, dtype))

        return self.add_weight(name="hidden_bias", shape=(num_units,), initializer=initial)

    def _add_activity(self, num_units):
        """Returns the running means of what the hidden units do, None without a target."""
        if self.sparsity is None:
            return None
        return self.add_weight(
            name="activity",
            shape=(num_units,),
            initializer=keras.initializers.Constant(self.sparsity.target),
            trainable=False,
        )

    def _sparsity_gradient(self, hidden, weight):
        """Returns what the target adds to the gradient of the hidden biases, 0 without one.

        Args:
            hidden: means of the hidden units given the data; of maps, over all places alike.
            weight: one number a row, or None.
        """
        if self.sparsity is None:
            return 0.0
        weight = ops.ones((ops.shape(hidden)[0],)) if weight is None else weight
        share = share_of(hidden, weight)
        all_weight = backend.sum_over_replicas(ops.sum(weight))
        mean = mean_over_rows(hidden, weight / ops.maximum(all_weight, 1e-12))
        self.activity.assign(self.sparsity.running_mean(self.activity, mean))
        return ops.sum(share) * self.sparsity.gradient(self.activity)
