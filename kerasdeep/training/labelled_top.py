"""Stacks whose highest layer sees labels beside what the layers below make of data."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend, samplers
from kerasdeep.backend.types import Tensor
from kerasdeep.training.joint import JointStack
from kerasdeep.training.labels import checked_labels
from kerasdeep.training.reported import ReportedFit


class LabelledTop(ReportedFit, JointStack):
    r"""Base class of stacks with `num_classes`, None for one that learns without labels.

    A subclass sets `discriminative` too, the weight of $\log p(y \mid v)$ in its own training.
    """

    num_classes = None
    discriminative = 0.0

    def _checked_weight_of_labels(self, discriminative):
        name = type(self).__name__
        discriminative = backend.real_number(discriminative, "discriminative", name)
        if discriminative and self.num_classes is None:
            raise ValueError(
                f"{name} expects num_classes with discriminative above 0. Received: "
                f"discriminative={discriminative}, num_classes=None."
            )
        return discriminative

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer | Sequence = "sgd",
        sampler: str | samplers.Sampler | Sequence = "cd",
        metrics: list[Any] | None = None,
        weighted_metrics: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Configures training; arguments as of `JointStack.compile`.

        With label units, metrics of both kinds compare labels, as numbers, with the probabilities
        of classes, of labelled rows alone; they count sample weights.
        """
        if self.learns_from_labels:
            users = keras.tree.flatten([metrics or [], weighted_metrics or []])
            users = [one for one in users if one != "accuracy"]  # which it has anyway
            metrics, weighted_metrics = None, users or None
        given = {"metrics": metrics, "weighted_metrics": weighted_metrics}
        given = {name: value for name, value in given.items() if value is not None}
        super().compile(optimizer, sampler, **given, **kwargs)

    def _add_metrics(self):
        super()._add_metrics()
        self.accuracy = keras.metrics.Mean("accuracy")

    def own_metrics(self) -> list[keras.metrics.Metric]:
        own = super().own_metrics()
        return [*own, self.accuracy] if self.learns_from_labels else own

    def _compared(self):
        return ((), (self.num_classes,)) if self.learns_from_labels else super()._compared()

    def _report_labels(self, label, probabilities, weight):
        """Updates the metrics of labelled rows, those of a user too."""
        known = ops.cast(label >= 0, "float32")
        weight = known if weight is None else known * weight
        right = ops.equal(ops.cast(ops.argmax(probabilities, axis=-1), "int32"), label)
        self.accuracy.update_state(ops.cast(right, "float32"), weight)
        self._measure_users(ops.maximum(label, 0), probabilities, weight)

    @property
    def learns_from_labels(self) -> bool:
        return self.num_classes is not None

    def _sees_labels(self, number):
        return self.learns_from_labels and number == len(self.stack) - 1

    def layer_input(self, number: int, values: Tensor, label: Tensor | None) -> Tensor:
        """Returns values, for the highest layer beside one-hot labels.

        Args:
            number, values: as of `GreedyStack.layer_input`.
            label: numbers of classes, -1 where it is not known, which becomes a row of zeros; None:
                all are equally likely.
        """
        if not self._sees_labels(number):
            return values
        if label is None:
            label = ops.full((ops.shape(values)[0], self.num_classes), 1 / self.num_classes)
        else:
            label = ops.one_hot(label, self.num_classes)
        return ops.concatenate([ops.cast(values, "float32"), label], axis=-1)

    def layer_input_shape(
        self, number: int, shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        return (*shape[:-1], shape[-1] + self.num_classes) if self._sees_labels(number) else shape

    def _batch(self, data):
        visible, label, weight = super()._batch(data)
        if self.learns_from_labels:
            label = ops.cast(checked_labels(label, self), "int32")
        return visible, label, weight

    def get_config(self) -> dict[str, Any]:
        own = {"num_classes": self.num_classes, "discriminative": self.discriminative}
        return {**super().get_config(), **own}
