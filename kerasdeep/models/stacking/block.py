"""One block of a deep stacking network."""

from typing import Any, Self

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.models.stacking.ridge import ridge_solution
from kerasdeep.training.apply import descend
from kerasdeep.training.endpoints import Endpoint, classify, rows
from kerasdeep.training.labels import checked_labels
from kerasdeep.training.model import TrainedModel
from kerasdeep.units.base import AnyNumbers

NOTHING = 1e-12  # rows


@register
class StackingBlock(TrainedModel):
    r"""A layer of sigmoid units and linear outputs, whose weights are the best there are,

    $$Y = H U, \quad H = \sigma(X W + c), \qquad
    U = \arg\min_U \| T - H U \|^2 + n \lambda \| U \|^2
      = (H^\top H + n \lambda I)^{-1} H^\top T,$$

    for $n$ rows with one-hot targets $T$. A step solves for $U$ on its batch, which should be
    large, and moves $W$ and $c$ along the gradient of what is left, *through* $U$. As $U$ is at its
    minimum, that is the gradient with $U$ held. Alone, a block keeps the upper weights of its last
    batch, which should not be a small rest; a `DeepStackingNetwork`, of one block too, finds those
    of all rows.

    Calls and `propagate` give the inputs with the outputs beside them, which is what the next block
    of a stack sees. `fit` and `evaluate` report `squared_error`, of an example, which is the
    `loss`, and `accuracy`.

    Args:
        num_hidden: number of hidden units.
        num_classes: number of classes, at least 2.
        ridge: $\lambda \geq 0$. Default 0.0001.
        kernel_initializer: Keras initializer of $W$. Default `"glorot_uniform"`.
        corruption: Keras layer that spoils the inputs in training, such as
            `kerasdeep.layers.Dropout(0.2)`. Default None.

    Attributes:
        kernel: $W$, shape `(num_inputs, num_hidden)`.
        hidden_bias: $c$, shape `(num_hidden,)`.
        upper: $U$, shape `(num_hidden, num_classes)`.

    Raises:
        ValueError: for arguments out of range.

    Reference: Deng, Yu (2011), Deep convex net: a scalable architecture for speech pattern
    classification. Interspeech.
    """

    learns_from_labels = True
    measured_every = None
    objective = "the squared error of the targets of an example"

    def __init__(
        self,
        num_hidden: int,
        num_classes: int,
        ridge: float = 1e-4,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        corruption: keras.layers.Layer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.num_hidden = backend.positive_integer(num_hidden, "num_hidden", name)
        self.num_classes = backend.positive_integer(num_classes, "num_classes", name)
        backend.class_number(num_classes, name)
        self.ridge = backend.real_number(ridge, "ridge", name)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.corruption = backend.keras_layer(corruption, "corruption", name, optional=True)
        self.visible = AnyNumbers()
        self.squared_error = keras.metrics.Mean("squared_error")
        self.accuracy = keras.metrics.Mean("accuracy")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.num_hidden),
            initializer=self.kernel_initializer,
        )
        self.hidden_bias = self.add_weight(
            name="hidden_bias", shape=(self.num_hidden,), initializer="zeros"
        )
        self.upper = self.add_weight(
            name="upper",
            shape=(self.num_hidden, self.num_classes),
            initializer="zeros",
            trainable=False,
        )
        self.built = True
        self._build_training()

    def hidden_means(self, inputs: Tensor) -> Tensor:
        r"""Returns $H$, shape `(batch, num_hidden)`."""
        return ops.sigmoid(ops.matmul(inputs, self.kernel) + self.hidden_bias)

    def scores(self, inputs: ArrayLike) -> Tensor:
        """Returns $Y$, shape `(batch, num_classes)`: near 1 for the class of a row, else near 0."""
        return ops.matmul(self.hidden_means(ops.cast(inputs, "float32")), self.upper)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.cast(self.propagate(inputs), self.compute_dtype)

    def propagate(self, visible: ArrayLike, mean_field: bool = True) -> Tensor:
        """Returns what the next block sees: the inputs, and the outputs beside them."""
        visible = ops.cast(visible, "float32")
        return ops.concatenate([visible, self.scores(visible)], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], input_shape[-1] + self.num_classes)

    def endpoints(self) -> list[Endpoint]:
        return [classify(self.scores, rows("inputs", self.row_shape), "scores")]

    # Training.

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "sgd",
        metrics: list[Any] | None = None,
        weighted_metrics: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Configures training; metrics of both kinds compare labels, as numbers, with outputs.

        Of labelled rows alone, and they count sample weights. Other arguments as of any model of
        this package.
        """
        users = keras.tree.flatten([metrics or [], weighted_metrics or []])
        users = [one for one in users if one != "accuracy"] or None  # which it has anyway
        super().compile(optimizer, weighted_metrics=users, **kwargs)

    def suits_xla(self) -> bool:
        """Returns False: XLA is slow at least squares, see `benchmarks/compilers.py`."""
        return False

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.squared_error, self.accuracy]

    def _reported_loss(self, logs):
        return logs["squared_error"]

    def _compared(self):
        return (), (self.num_classes,)

    def _batch(self, data):
        visible, label, weight = keras.utils.unpack_x_y_sample_weight(data)
        label = ops.cast(checked_labels(label, self), "int32")
        return self._checked(visible), label, self._checked_weight(weight)

    def _update(self, visible, label, weight, running=None):
        if self.corruption is not None:
            visible = self.corruption(visible, training=True)
        statistics = self.statistics(visible, label, weight)
        hidden, targets, number = statistics if running is None else running.after(*statistics)
        upper = ridge_solution(hidden / number, targets / number, self.ridge)
        # A batch without labels says nothing of them.
        upper = ops.where(number > NOTHING, upper, self.upper)
        self.upper.assign(upper)
        share = self._weight(label, weight) / backend.rows_of_a_replica(visible)

        def squared_error():
            outputs = ops.matmul(self.hidden_means(visible), upper)
            return ops.sum(share * self._errors(outputs, label)), outputs

        outputs = descend(self.optimizer, squared_error, [self.kernel, self.hidden_bias])
        self._report(outputs, label, weight)

    def statistics(
        self, inputs: Tensor, label: Tensor, weight: Tensor | None, dtype: str = "float32"
    ) -> tuple[Tensor, Tensor, Tensor]:
        r"""Returns $H^\top H$, $H^\top T$ and the number of rows, those of all replicas.

        Args:
            inputs: shape `(batch, num_inputs)`.
            label: numbers of classes; rows with -1 do not count.
            weight: weights of the rows, or None.
            dtype: of the sums. Default `"float32"`.
        """
        hidden = ops.cast(self.hidden_means(inputs), dtype)
        weight = ops.cast(self._weight(label, weight), dtype)
        both = ops.concatenate([hidden, ops.one_hot(label, self.num_classes, dtype=dtype)], axis=-1)
        sums = ops.matmul(ops.transpose(weight[:, None] * hidden), both)
        sums = backend.sum_over_replicas(sums)
        number = ops.maximum(backend.sum_over_replicas(ops.sum(weight)), NOTHING)
        return sums[:, : self.num_hidden], sums[:, self.num_hidden :], number

    def _weight(self, label, weight):
        known = ops.cast(label >= 0, "float32")
        return known if weight is None else known * weight

    def _errors(self, outputs, label):
        """Returns the squared error of each row."""
        return ops.sum(ops.square(ops.one_hot(label, self.num_classes) - outputs), axis=-1)

    def _measure(self, visible, label, weight):
        self._report(self.scores(visible), label, weight)

    def _report(self, outputs, label, weight):
        weight = self._weight(label, weight)
        right = ops.equal(ops.cast(ops.argmax(outputs, axis=-1), "int32"), label)
        self.squared_error.update_state(self._errors(outputs, label), weight)
        self.accuracy.update_state(ops.cast(right, "float32"), weight)
        self._measure_users(ops.maximum(label, 0), outputs, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hidden": self.num_hidden,
            "num_classes": self.num_classes,
            "ridge": self.ridge,
            "kernel_initializer": serialized(self.kernel_initializer),
            "corruption": serialized(self.corruption),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        corruption = keras.saving.deserialize_keras_object(config["corruption"])
        return cls(**{**config, "corruption": corruption})
