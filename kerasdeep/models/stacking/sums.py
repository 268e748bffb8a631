"""Sums over rows that upper weights are found from."""

from typing import TYPE_CHECKING

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor

if TYPE_CHECKING:
    from kerasdeep.models.stacking.block import StackingBlock
    from kerasdeep.models.stacking.network import DeepStackingNetwork

Statistics = tuple[Tensor, Tensor, Tensor]  # H'H, H'T and the number of rows


class Sums:
    """Sums over the rows of an epoch, in float64; no part of the model that is saved.

    Args:
        block: the block whose upper weights they are for.
        network: the network, on whose devices they are.
    """

    def __init__(self, block: "StackingBlock", network: "DeepStackingNetwork") -> None:
        with backend.variable_scope(network):
            self.hidden, self.target = (
                keras.Variable(ops.zeros((block.num_hidden, width), "float64"), trainable=False)
                for width in (block.num_hidden, block.num_classes)
            )
            self.number = keras.Variable(ops.zeros((), "float64"), trainable=False)

    def add(self, hidden: Tensor, target: Tensor, number: Tensor) -> None:
        """Adds what `StackingBlock.statistics` returns of a batch."""
        self.hidden.assign_add(hidden)
        self.target.assign_add(target)
        self.number.assign_add(number)

    def means(self) -> tuple[Tensor, Tensor]:
        """Returns the means of both over all rows."""
        return self.hidden / self.number, self.target / self.number


class RunningSums:
    r"""Sums over batches, older ones forgotten: $S \leftarrow \mu S + S_\text{batch}$.

    They are weights of the network, so that a training that was stopped goes on with them.

    Args:
        network: the network, built.
        decay: $\mu$.
    """

    def __init__(self, network: "DeepStackingNetwork", decay: float) -> None:
        self.decay = decay
        most = max(block.num_hidden for block in network.blocks)
        shapes = {
            "running_hidden": (most, most),
            "running_target": (most, network.num_classes),
            "running_number": (),
        }
        self.variables = [
            network.add_weight(name=name, shape=shape, initializer="zeros", trainable=False)
            for name, shape in shapes.items()
        ]

    def after(self, *batch: Tensor) -> Statistics:
        """Returns the sums after another batch.

        Args:
            *batch: what `StackingBlock.statistics` returns of it.
        """
        sums = []
        for variable, new in zip(self.variables, batch, strict=True):
            # A block may have less units than others.
            own = tuple(slice(size) for size in new.shape)
            pads = [
                (0, whole - size) for whole, size in zip(variable.shape, new.shape, strict=True)
            ]
            sums.append(self.decay * (variable[own] if own else variable) + new)
            variable.assign(ops.pad(sums[-1], pads) if pads else sums[-1])
        return tuple(sums)

    def forget(self) -> None:
        """Sets them to zero, for the next block."""
        for variable in self.variables:
            variable.assign(ops.zeros_like(variable))
