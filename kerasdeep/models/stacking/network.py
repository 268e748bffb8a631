"""The deep stacking network as a Keras model: a greedy stack of blocks that learn from labels."""

from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.models.boltzmann import RBM
from kerasdeep.models.deep.unroll import to_dense
from kerasdeep.models.stacking.block import StackingBlock
from kerasdeep.models.stacking.ridge import ridge_solution
from kerasdeep.models.stacking.sums import RunningSums, Sums
from kerasdeep.training.endpoints import Endpoint, classify, rows
from kerasdeep.training.labels import checked_labels
from kerasdeep.training.layer_by_layer import GreedySchedule
from kerasdeep.training.plain_stack import PlainStack


@register
class DeepStackingNetwork(PlainStack):
    r"""Deep stacking network: every block sees the data and the outputs of all blocks below it,

    $$X_{k+1} = [X_k, Y_k], \qquad Y_k = \sigma(X_k W_k + c_k)\, U_k.$$

    `fit` trains the blocks in turn, see `StackingBlock`: one call, epochs counted through, logged
    names that begin with `block_1_`, `block_2_`, ... In all epochs of a block but the last its
    lower weights learn, with upper weights that are best for the batch; in the last one the lower
    weights stay, and $H^\top H$ and $H^\top T$ are summed over all batches, in float64: the upper
    weights are the best for all rows. With one epoch a block, the lower weights stay as they began.
    What `fit` reports of that epoch's training rows is by the upper weights before.
    Where a callback stops a block before its last epoch, the upper weights are those of its last
    batch.

    Calls and `predict` give the outputs of the highest block that was trained; `evaluate` measures
    every block, and its `loss` is that of the highest one likewise.

    Args:
        layers: list of numbers of hidden units, from the bottom up, or of `StackingBlock` objects.
            At least one.
        num_classes: number of classes, at least 2.
        ridge: $\lambda$ of blocks that `layers` gives by number, see `StackingBlock`. Default
            0.0001.
        copied: whether a block starts from the lower weights of the one below it, where it has as
            many hidden units; what those have no weights for, the outputs below, starts at random.
            Default True.
        decay: $\mu$, from 0 to below 1. In training upper weights are the best for running sums
            over batches, $S \leftarrow \mu S + S_\text{batch}$: with 0 for the batch alone, near 1
            for more rows than a batch has, so that batches may be small. Default 0.0.
        augmentation: Keras layer that changes the rows while lower weights learn, before the lowest
            block sees them. Default None.

    Attributes:
        blocks: the `StackingBlock` of each layer, from the bottom up.

    Raises:
        ValueError: for arguments out of range, or blocks for another number of classes.

    Example:

    >>> network = DeepStackingNetwork([3000, 3000, 3000], num_classes=10)
    >>> network.compile(keras.optimizers.Adam(1e-3))
    >>> network.fit(x, y, batch_size=10_000, epochs=20)
    >>> labels = network.predict(x_test).argmax(axis=1)

    References: Deng, Yu (2011), Deep convex net: a scalable architecture for speech pattern
    classification. Interspeech. Deng, He, Gao (2013), Deep stacking networks for information
    retrieval. ICASSP.
    """

    prefix = "block"
    learns_from_labels = True
    objective = StackingBlock.objective

    def __init__(
        self,
        layers: Sequence[int | StackingBlock],
        num_classes: int,
        ridge: float = 1e-4,
        copied: bool = True,
        decay: float = 0.0,
        augmentation: keras.layers.Layer | None = None,
        **kwargs: Any,
    ) -> None:
        backend.check_layers(layers, "DeepStackingNetwork")
        num_classes = backend.positive_integer(num_classes, "num_classes", "DeepStackingNetwork")
        blocks = [
            layer
            if isinstance(layer, keras.layers.Layer)
            else StackingBlock(layer, num_classes, ridge, name=f"block_{number + 1}")
            for number, layer in enumerate(layers)
        ]
        for block in blocks:
            if not isinstance(block, StackingBlock) or block.num_classes != num_classes:
                raise ValueError(
                    f"DeepStackingNetwork expects blocks for {num_classes} classes. Received: "
                    f"{block.name}."
                )
        super().__init__(blocks, **kwargs)
        self.num_classes, self.ridge = num_classes, ridge
        self.copied = backend.yes_or_no(copied, "copied", "DeepStackingNetwork")
        self.decay = backend.real_number(decay, "decay", "DeepStackingNetwork", below=1)
        self.augmentation = backend.keras_layer(
            augmentation, "augmentation", "DeepStackingNetwork", optional=True
        )
        self._closing, self._sums, self._running = False, None, None

    @property
    def blocks(self) -> list[StackingBlock]:
        """The `StackingBlock` of each layer, from the bottom up."""
        return self.stack

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if not self.built and self.decay:
            self._running = RunningSums(self, self.decay)
        super().build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.cast(self.scores(inputs), self.compute_dtype)

    def scores(self, inputs: ArrayLike) -> Tensor:
        """Returns the outputs of the highest trained block, shape `(batch, num_classes)`."""
        values = self.propagate(inputs)
        width, beside = self.num_classes, len(self.blocks) * self.num_classes
        outputs = values[..., values.shape[-1] - beside :]
        return self._of_highest([outputs[..., k : k + width] for k in range(0, beside, width)])

    def _of_highest(self, one_a_block):
        """Returns what belongs to the highest block that was trained."""
        chosen, *others = one_a_block
        for block, own in zip(self.blocks[1:], others, strict=True):
            chosen = ops.where(ops.any(block.upper != 0), own, chosen)
        return chosen

    def get_metrics_result(self) -> dict[str, Tensor]:
        logs = super().get_metrics_result()
        if self.training_layer is None:
            names = [f"{self.log_prefix(k)}squared_error" for k in range(len(self.blocks))]
            logs["loss"] = self._of_highest([logs[name] for name in names])
        return logs

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.num_classes)

    def endpoints(self) -> list[Endpoint]:
        return [classify(self.scores, rows("inputs", self.row_shape), "scores")]

    def start_from(self, rbm: RBM) -> None:
        """Starts the lowest block from the weights of an RBM of as many hidden units.

        Args:
            rbm: a built RBM that saw the same data.

        Raises:
            ValueError: for an RBM of another size, or of other hidden units.
        """
        backend.check_built(rbm)
        self.build((None, *rbm.row_shape))
        block = self.blocks[0]
        if rbm.kernel.shape != block.kernel.shape:
            raise ValueError(
                f"DeepStackingNetwork expects an RBM of {block.num_hidden} hidden units and "
                f"{block.kernel.shape[0]} visible ones. Received: {rbm.kernel.shape[1]} and "
                f"{rbm.kernel.shape[0]}."
            )
        dense = to_dense(rbm)
        if dense.activation is not keras.activations.sigmoid:
            raise ValueError(
                "DeepStackingNetwork expects an RBM of Bernoulli hidden units. Received: "
                f"{type(rbm.hidden).__name__} units."
            )
        block.kernel.assign(dense.kernel)
        block.hidden_bias.assign(dense.bias)

    # Training.

    def start_layer(self, number: int, rows: np.ndarray | None) -> list[keras.callbacks.Callback]:
        block = self.stack[number]
        if self.copied and number and not ops.any(block.upper != 0):
            copy_lower_weights(self.stack[number - 1], block)
        return super().start_layer(number, rows)

    def _fit(self, arguments, *callbacks, rows):
        try:
            return super()._fit(arguments, *callbacks, rows=rows)
        finally:  # of a training that was stopped while it summed up
            self._closing, self._sums = False, None

    def _schedule(self, epochs, rows):
        return ClosingSchedule(epochs, rows)

    def close(self) -> None:
        """Makes the steps of this epoch sum up what the upper weights of the block depend on."""
        self._closing = True
        self._functions.pop(self._program_key(self.training_layer), None)  # it holds other sums
        self._sums = Sums(self.stack[self.training_layer], self)
        self.train_layer(self.training_layer)

    def solve(self) -> None:
        """Sets the upper weights, at the end of such an epoch."""
        if self._closing:
            block = self.stack[self.training_layer]
            block.upper.assign(ridge_solution(*self._sums.means(), block.ridge))
            self._closing, self._sums = False, None
            self.forget()

    def forget(self) -> None:
        """Makes running sums begin anew."""
        if self._running is not None:
            self._running.forget()

    def _program_key(self, number):
        return *super()._program_key(number), self._closing

    def _batch(self, data):
        visible, label, weight = super()._batch(data)
        return visible, ops.cast(checked_labels(label, self), "int32"), weight

    def _update(self, visible, label, weight):
        if self.augmentation is not None and not self._closing:
            visible = self.augmentation(visible, training=True)
        super()._update(visible, label, weight)

    def _update_layer(self, number, values, label, weight):
        block = self.stack[number]
        if self._closing:
            self._sums.add(*block.statistics(values, label, weight, "float64"))
            block._measure(values, label, weight)
        else:
            block._update(values, label, weight, self._running)

    def _measure_layer(self, number, values, label, weight):
        self.stack[number]._measure(values, label, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "ridge": self.ridge,
            "copied": self.copied,
            "decay": self.decay,
            "augmentation": serialized(self.augmentation),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        made = keras.saving.deserialize_keras_object(config.get("augmentation"))
        return super().from_config({**config, "augmentation": made})


class ClosingSchedule(GreedySchedule):
    """Trains blocks in turn; in the last epoch of each, its upper weights are found."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        super().on_epoch_begin(epoch, logs)
        if epoch in [0, *self.ends]:
            self.model.forget()
        if epoch + 1 in self.ends:
            self.model.close()

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        self.model.solve()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.model.solve()
        super().on_epoch_end(epoch, logs)


def copy_lower_weights(lower: StackingBlock, upper: StackingBlock) -> None:
    """Starts a block from the lower weights of the one below it, where they have as many units."""
    if lower.num_hidden == upper.num_hidden:
        known = lower.kernel.shape[0]
        kernel = ops.concatenate([lower.kernel.value, upper.kernel[known:]], axis=0)
        upper.kernel.assign(kernel)
        upper.hidden_bias.assign(lower.hidden_bias)
