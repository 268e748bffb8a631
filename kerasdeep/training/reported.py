"""What machines that learn without labels report of data."""

import keras
from keras import ops

from kerasdeep.likelihood.pseudo import PseudoLogLikelihood


class ReportedFit:
    """Metrics of how well a machine explains data: reconstruction, pseudo-likelihood, free energy.

    Attributes:
        reconstruction_error: squared error of an example.
        pseudo_log_likelihood: in nats an example.
        mean_free_energy: in nats an example.
    """

    def _add_metrics(self):
        self.reconstruction_error = keras.metrics.Mean("reconstruction_error")
        self.pseudo_log_likelihood = PseudoLogLikelihood()
        self.mean_free_energy = keras.metrics.Mean("free_energy")

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.reconstruction_error, self.pseudo_log_likelihood, self.mean_free_energy]

    def _report(self, machine, visible, field, mean, free_energy, weight):
        """Updates the metrics, those of a user too.

        Args:
            machine: whose visible units are those of the data alone.
            visible: rows or images.
            field: that of the hidden units given them.
            mean: the mean-field reconstruction.
            free_energy: of each of them.
            weight: sample weights, or None.
        """
        observed = machine.visible.observed(visible)
        known = mean if observed is None else observed * mean
        error = ops.sum(ops.square(visible - known), axis=tuple(range(1, len(visible.shape))))
        self.reconstruction_error.update_state(error, weight)
        self.pseudo_log_likelihood.update_state(machine, visible, field, mean, weight)
        self.mean_free_energy.update_state(free_energy, weight)
        if not self.learns_from_labels:
            self._measure_users(visible, mean, weight)
