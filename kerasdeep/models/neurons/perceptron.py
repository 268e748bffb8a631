"""The perceptron, with the rule that finds a separating plane wherever there is one."""

import warnings
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.training.model import TrainedModel
from kerasdeep.units.base import AnyNumbers


@register
class Perceptron(TrainedModel):
    r"""Perceptron with Rosenblatt's learning rule.

    $\hat y = 1$ where $w^\top x + b > 0$, else 0. For one example after the other,

    $$w \leftarrow w + \eta\,(y - \hat y)\, x, \qquad b \leftarrow b + \eta\,(y - \hat y),$$

    which changes something only where $\hat y$ is wrong. If a plane through the origin of $(x, 1)$
    separates the classes with margin $\gamma$, at most $(R / \gamma)^2$ changes are made, with $R$
    the largest norm of an $(x, 1)$ (Novikoff's theorem).

    `fit` stops after an epoch without a mistake. If the weights return to where they were before,
    mistakes in between have cancelled each other, which proves that no plane separates the classes:
    `fit` stops and says so, as it does when the epochs end first. Epochs report `mistakes`, the
    number of examples that changed something, and `accuracy`. No `compile` is needed.

    Args:
        learning_rate: $\eta > 0$; it scales the weights, not what is learned. Default 1.0.

    Attributes:
        kernel: $w$, shape `(num_inputs, 1)`.
        bias: $b$, shape `(1,)`.
        separated: whether the last epoch of `fit` was without a mistake; None before `fit`.

    Raises:
        ValueError: for a learning rate that is not positive; in `fit`, for labels other than 0
            and 1.

    Example:

    >>> perceptron = Perceptron()
    >>> perceptron.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1], epochs=100)
    >>> perceptron.predict([[1, 1]])

    References: Rosenblatt (1958), The perceptron. Psychological Review 65. Novikoff (1962), On
    convergence proofs on perceptrons.
    """

    learns_from_labels = True
    measured_every = None
    objective = "the number of misclassified rows"
    takes_metrics = False
    visible = AnyNumbers()

    def __init__(self, learning_rate: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not learning_rate > 0:
            raise ValueError(
                f"Perceptron expects learning_rate > 0. Received: learning_rate={learning_rate}."
            )
        self.learning_rate = learning_rate
        self.separated = None
        self.mistakes = keras.metrics.Sum("mistakes")
        self.accuracy = keras.metrics.Mean("accuracy")
        self.compile(optimizer=None, jit_compile=False)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        shape = (input_shape[-1], 1)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer="zeros")
        self.bias = self.add_weight(name="bias", shape=(1,), initializer="zeros")
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        field = ops.matmul(ops.cast(inputs, self.kernel.dtype), self.kernel) + self.bias
        return ops.cast(field > 0, field.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], 1)

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.mistakes, self.accuracy]

    def _reported_loss(self, logs):
        return logs["mistakes"]

    def fit(
        self, x: Any = None, y: ArrayLike | None = None, **kwargs: Any
    ) -> keras.callbacks.History:
        """Trains until nothing is misclassified; arguments and result as of `keras.Model.fit`."""
        if y is not None:
            y = np.asarray(y, "float32").reshape(-1)
            if not np.isin(y, (0.0, 1.0)).all():
                found = np.unique(y)[:5].tolist()
                raise ValueError(f"Perceptron expects labels 0 and 1. Received: labels {found}.")
        history = super().fit(x, y, **kwargs)
        if not self.separated:
            warnings.warn(_failure(history), stacklevel=2)
        return history

    def _fit(self, arguments, *callbacks, rows):
        return super()._fit(arguments, _UntilSeparated(), *callbacks, rows=rows)

    def _batch(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        y = ops.reshape(ops.cast(y, "float32"), (-1, 1))
        message = "Perceptron expects labels 0 and 1."
        return self._checked(x), backend.check_values(y, (0.0, 1.0), message)

    def _update(self, x, y):
        backend.check_one_device(self)  # each row sees what those before it left

        def see(row, state):
            kernel, bias, mistakes = state
            prediction = ops.cast(ops.matmul(x[row], kernel) + bias > 0, "float32")
            error = y[row] - prediction
            step = self.learning_rate * error
            return kernel + x[row][:, None] * step, bias + step, mistakes + ops.abs(error)[0]

        start = (self.kernel.value, self.bias.value, ops.zeros(()))
        kernel, bias, mistakes = ops.fori_loop(0, ops.shape(x)[0], see, start)
        self.kernel.assign(kernel)
        self.bias.assign(bias)
        self.mistakes.update_state(mistakes)
        self._measure_accuracy(x, y)

    def _measure(self, x, y):
        self.mistakes.update_state(ops.abs(y - self(x)))
        self._measure_accuracy(x, y)

    def _measure_accuracy(self, x, y):
        self.accuracy.update_state(ops.cast(ops.equal(self(x), y), "float32"))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "learning_rate": self.learning_rate}

    def get_compile_config(self) -> dict[str, Any] | None:
        return None


class _UntilSeparated(keras.callbacks.Callback):
    """Ends a training that has succeeded, or that cannot succeed."""

    def on_train_begin(self, logs=None):
        self.seen = set()

    def on_epoch_end(self, epoch, logs=None):
        model = self.model
        model.separated = logs["mistakes"] == 0
        weights = b"".join(np.array(weight).tobytes() for weight in model.weights)
        logs["returned"] = float(not model.separated and weights in self.seen)
        self.seen.add(weights)
        model.stop_training |= model.separated or logs["returned"] == 1


def _failure(history):
    """Returns why a training ended without separating the classes."""
    mistakes, epochs = int(history.history["mistakes"][-1]), len(history.epoch)
    if history.history["returned"][-1]:
        return (
            f"Perceptron: no plane separates these classes; the weights returned to where they had "
            f"been, after {epochs} epochs. It takes a hidden layer, or other features."
        )
    return (
        f"Perceptron: {mistakes} mistakes in the last of {epochs} epochs; nothing is proven. Train "
        "for more epochs, or take a model that allows for errors."
    )
