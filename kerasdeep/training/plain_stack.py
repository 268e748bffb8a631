"""Greedy stacks of layers that learn by gradients alone, without samplers."""

from collections.abc import Sequence
from typing import Any

from keras.optimizers import Optimizer

from kerasdeep.training.greedy import GreedyStack
from kerasdeep.training.model import TrainedModel


class PlainStack(GreedyStack):
    """A greedy stack whose layers are compiled with an optimizer each, and pass means up.

    Args:
        layers: the layers, from the bottom up.
    """

    def __init__(self, layers: Sequence[TrainedModel], **kwargs: Any) -> None:
        kwargs.pop("mean_field", None)  # of the configuration of any stack
        super().__init__(layers, **kwargs)

    def compile(
        self, optimizer: str | Optimizer | Sequence[str | Optimizer] = "sgd", **kwargs: Any
    ) -> None:
        """Configures the training of every layer.

        Args:
            optimizer: a Keras optimizer or its name, copied for each layer; or a list with one a
                layer. Default `"sgd"`.
            **kwargs: as in `compile` of a layer alone.

        Raises:
            ValueError: for a list of another length than the layers.
        """
        self._compile_layers(optimizer, [{} for _ in self.stack], kwargs)
