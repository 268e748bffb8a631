"""Stacks whose highest layer sees labels beside what the layers below make of data."""

from typing import Any

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.training.joint import JointStack
from kerasdeep.training.labels import checked_labels


class LabelledTop(JointStack):
    """Base class of stacks with `num_classes`, None for one that learns without labels."""

    num_classes = None

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
        return {**super().get_config(), "num_classes": self.num_classes}
