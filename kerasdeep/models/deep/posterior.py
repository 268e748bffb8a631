"""A deep Boltzmann machine as the start of a feed-forward network."""

from typing import TYPE_CHECKING, Any, Self

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.layers import Dropout
from kerasdeep.training.unrolled import check_num_classes

if TYPE_CHECKING:
    from kerasdeep.models.deep.dbm import DBM


@register
class Posterior(keras.layers.Layer):
    """Means of the hidden layers of a deep Boltzmann machine given data; nothing of it is trained.

    Args:
        machine: a built `DBM`, which the layer owns from now on.
    """

    def __init__(self, machine: "DBM", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.machine = machine
        machine.trainable = False

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """None: those of the machine are of its own training."""
        return []

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.machine.build(input_shape)
        self.built = True

    def call(self, inputs: Tensor) -> list[Tensor]:
        means = self.machine._inferred(ops.cast(inputs, "float32"))
        hidden = means[: len(self.machine.layer_sizes)]
        return [ops.stop_gradient(ops.cast(mean, self.compute_dtype)) for mean in hidden]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> list[tuple]:
        return [(input_shape[0], size) for size in self.machine.layer_sizes]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "machine": serialized(self.machine)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        machine = keras.saving.deserialize_keras_object(config["machine"])
        return cls(**{**config, "machine": machine})


class FeedForward:
    """Gives a deep Boltzmann machine its way to a network."""

    def to_classifier(
        self,
        num_classes: int,
        input_dropout: float = 0.0,
        dropout: float = 0.0,
        max_norm: float | None = None,
        beside: bool = True,
        max_sweeps: int | None = None,
        **kwargs: Any,
    ) -> keras.Model:
        """Unrolls the machine into a feed-forward classifier that starts from its weights.

        Each hidden layer sees the layer below it and, beside that, the means of the one above it,
        which mean field gives the data once and for all: at the start its units have the machine's
        own means, and fine-tuning goes on from there. Without them, a layer that has one above sees
        the one below it twice, as in the machine's pretraining: a network as any other, and faster.

        Args:
            num_classes: number of classes, at least 2.
            input_dropout: fraction of the inputs to drop in training, from 0 to below 1. Default 0.
            dropout: fraction of every hidden layer to drop in training, likewise. Default 0.
            max_norm: largest norm of the weights into one hidden unit. Default None: any.
            beside: whether layers see the means of the layer above beside the one below. Default
                True.
            max_sweeps: sweeps of mean field at most; they cost a step of fine-tuning most of its
                time. Default None: as many as of the machine.
            **kwargs: passed on to the softmax layer, `keras.layers.Dense`.

        Returns:
            A built, uncompiled `keras.Model` of `Dense` layers and, where means are beside, of a
            `kerasdeep.models.deep.posterior.Posterior`, a frozen copy of the machine.

        Raises:
            ValueError: for arguments out of range, or an unbuilt machine.

        Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines, section 3.4. AISTATS.
        """
        backend.check_built(self)
        check_num_classes(num_classes)
        beside = backend.yes_or_no(beside, "beside", "to_classifier")
        constraint = None if max_norm is None else keras.constraints.MaxNorm(max_norm)
        inputs = keras.Input(self.row_shape)
        if beside:
            means = Posterior(self.without_training(max_sweeps), name="posterior")(inputs)
        values = Dropout(input_dropout, name="dropout_input")(inputs) if input_dropout else inputs
        for number, size in enumerate(self.layer_sizes):
            kernel = self.kernels[number]
            if number == 0:
                kernel = ops.transpose(self.data_unit.statistic(ops.transpose(kernel)))
            has_above = number + 1 < len(self.layer_sizes)
            if has_above and beside:
                values = keras.layers.Concatenate()([values, means[number + 1]])
                kernel = ops.concatenate([kernel, ops.transpose(self.kernels[number + 1])])
            elif has_above:
                kernel = 2 * kernel
            name = f"encoder_{number + 1}"
            dense = keras.layers.Dense(size, "sigmoid", kernel_constraint=constraint, name=name)
            values = dense(values)
            dense.set_weights([kernel, self.biases[number + 1]])
            if dropout:
                values = Dropout(dropout, name=f"dropout_{number + 1}")(values)
        outputs = keras.layers.Dense(num_classes, "softmax", name="classes", **kwargs)(values)
        return keras.Model(inputs, outputs, name="classifier")

    def without_training(self, max_sweeps: int | None = None) -> "DBM":
        """Returns a copy of the machine alone: what its training carries on stays behind.

        Args:
            max_sweeps: sweeps of mean field of the copy. Default None: as many as of the machine.
        """
        plain = {"layers": self.layer_sizes, "pretraining": False}
        if max_sweeps is not None:
            plain["max_sweeps"] = max_sweeps
        copy = type(self).from_config({**self.get_config(), **plain})
        copy.build((None, *self.row_shape))
        for own, weight in zip(copy.weights, self.weights, strict=True):
            own.assign(weight)
        return copy
