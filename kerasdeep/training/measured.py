"""What a model reports: the loss that callbacks watch, its own metrics, and those of a user."""

from typing import Any

import keras
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.training.surface import KerasSurface


class MeasuredModel(KerasSurface):
    """Base class of models with metrics of their own.

    `loss` is what training should lower, a number that callbacks such as `EarlyStopping` watch: a
    model says it by `_reported_loss`, and what it is by `objective`. `compile` takes a user's
    metrics too; they compare data with its reconstruction, or labels with their probabilities.
    """

    objective = "minus the pseudo-log-likelihood of an example, in nats"
    takes_metrics = True
    learns_from_labels = False
    takes_targets = False  # rows to make of others

    def own_metrics(self) -> list[keras.metrics.Metric]:
        """Returns the metrics that every such model has, beside those of a user."""
        return []

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        users = self._compile_metrics if self.compiled else None
        return [*self.own_metrics(), *([] if users is None else [users])]

    def get_metrics_result(self) -> dict[str, Tensor]:
        logs = super().get_metrics_result()
        return {"loss": self._reported_loss(logs), **logs}

    def _reported_loss(self, logs):
        return -logs["pseudo_log_likelihood"]

    def _as_asked(self, logs, return_dict):
        """Returns logs as Keras does, as a dict or as a list, which begins with the loss."""
        if return_dict:
            return logs
        values = [logs[name] for name in self.get_metrics_result()]
        return values if len(values) > 1 else values[0]

    def _compared(self):
        """Returns the shapes of a row of what a user's metrics compare: target and prediction."""
        return self.row_shape, self.row_shape

    def _check_metrics(self, metrics):
        """Raises a ValueError for metrics of a user that would not measure what they say."""
        name = type(self).__name__
        if not self.takes_metrics:
            raise ValueError(
                f"{name} has no reconstructions or labels that metrics could compare. Received: "
                f"{metrics}. Measure in a callback, or watch `loss`, {self.objective}."
            )
        taken = {"loss", *(metric.name for metric in self.own_metrics())}
        for metric in filter(None, map(keras.metrics.get, keras.tree.flatten(metrics))):
            called = getattr(metric, "name", getattr(metric, "__name__", None))
            if called in taken:
                raise ValueError(
                    f"{name} reports {', '.join(sorted(taken))} itself. Received: a metric named "
                    f"{called!r}. Give it another name."
                )
            sparse = f"Sparse{type(metric).__name__}"
            if self.learns_from_labels and hasattr(keras.metrics, sparse):
                raise ValueError(
                    f"{name} shows metrics the numbers of classes. Received: {called!r}, which "
                    f"expects one-hot labels. Pass keras.metrics.{sparse}()."
                )

    def _measure_users(self, target, prediction, weight):
        """Updates the metrics of a user, where there are some."""
        if self._compile_metrics is not None:
            self.compute_metrics(None, target, prediction, weight)

    def _build_metrics(self):
        """Makes the variables of a user's metrics, which Keras would make at the first batch."""
        if self._compile_metrics is not None and not self._compile_metrics.built:
            shapes = [(1, *(size or 1 for size in shape)) for shape in self._compared()]
            self._measure_users(*map(ops.zeros, shapes), None)
            self.reset_metrics()


def copies_of(metrics: Any) -> Any:
    """Returns metrics that share nothing with the given ones, names or objects."""
    return keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metrics))
