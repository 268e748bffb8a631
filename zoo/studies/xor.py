"""The exclusive or, a perceptron, and networks with a hidden layer that learn it side by side."""

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.backend.types import ArrayLike

# With 0 for -1, the perceptron's rule could not change its weights at (0, 0).
POINTS = ((-1, -1), (-1, 1), (1, -1), (1, 1))
TARGETS = (0, 1, 1, 0)
ACTIVATIONS = ("tanh", "sigmoid", "relu")
WEIGHTS = ("hidden_kernel", "hidden_bias", "output_kernel", "output_bias")
MOMENTUM = 0.9
NUM_LOOKS = 50


def train_perceptron() -> dict[str, Any]:
    """Returns `mistakes` of each epoch, how many points are `right` after each, and `returned`."""
    import keras
    import numpy as np

    from kerasdeep.models import Perceptron

    points, targets = np.array(POINTS, "float32"), np.array(TARGETS)
    perceptron, right = Perceptron(), []

    def count(batch, logs):
        right.append(int((np.array(perceptron(points))[:, 0] == targets).sum()))

    counting = keras.callbacks.LambdaCallback(on_train_batch_end=count)
    with warnings.catch_warnings(action="ignore"):  # that it fails is what is shown
        history = perceptron.fit(
            points, targets, batch_size=1, epochs=100, verbose=0, callbacks=[counting]
        ).history
    mistakes = [int(number) for number in history["mistakes"]]
    return {"mistakes": mistakes, "right": right, "returned": history["returned"][-1] == 1}


def build(num_networks: int, num_hidden: int, activation: str) -> "keras.Model":
    """Returns networks that see the same points and share nothing else.

    Every weight starts uniform between -1 and 1.

    Args:
        num_networks: number of networks.
        num_hidden: hidden units of each.
        activation: one of `ACTIVATIONS`.

    Returns:
        `keras.Model` from `(num_points, 2)` to `(num_points, num_networks, 1)`. Its weights are
        those of `WEIGHTS`, their first axis the network.
    """
    import keras

    def layer(equation, width, activation, bias_axes):
        start = [keras.initializers.RandomUniform(-1.0, 1.0) for _ in range(2)]
        return keras.layers.EinsumDense(
            equation, (num_networks, width), activation, bias_axes, *start
        )

    points = keras.Input((2,))
    for_each = keras.layers.RepeatVector(num_networks)(points)
    hidden = layer("pni,nih->pnh", num_hidden, activation, "nh")(for_each)
    return keras.Model(points, layer("pnh,nho->pno", 1, "sigmoid", "no")(hidden))


def train(networks: "keras.Model", num_updates: int, rate: float) -> "tuple[list[int], np.ndarray]":
    """Trains what `build` returned on the four points, by gradient descent with momentum.

    The loss is the sum over networks: what one learns does not depend on how many there are.

    Returns:
        `(updates, losses)`: numbers of updates before each look, and an array of shape
        `(num_networks, num_looks)` of cross-entropies, in nats a point.

    Raises:
        FloatingPointError: where training diverges.
    """
    import keras
    import numpy as np

    from kerasdeep.callbacks import StopOnDivergence

    points, targets = np.array(POINTS, "float32"), np.array(TARGETS, "float32")
    targets = np.repeat(targets[:, None, None], networks.output.shape[1], axis=1)
    updates, losses = [], []

    def look(batch=None, logs=None):
        updates.append(int(networks.optimizer.iterations))
        losses.append(keras.losses.binary_crossentropy(targets, networks(points)))

    networks.compile(
        keras.optimizers.SGD(rate, momentum=MOMENTUM),
        keras.losses.BinaryCrossentropy(reduction="sum"),
        steps_per_execution=max(1, num_updates // NUM_LOOKS),
    )
    look()
    again = [np.concatenate([part] * num_updates) for part in (points, targets)]
    looks = keras.callbacks.LambdaCallback(on_train_batch_end=look)
    callbacks = [looks, StopOnDivergence()]
    networks.fit(*again, batch_size=len(points), shuffle=False, verbose=0, callbacks=callbacks)
    return updates, np.mean(losses, axis=1).T


def dense(
    inputs: "ArrayLike", kernel: "ArrayLike", bias: "ArrayLike", activation: str = "sigmoid"
) -> "np.ndarray":
    r"""Returns $f(W^\top x + b)$, units along the last axis."""
    import keras
    import numpy as np

    field = np.asarray(inputs) @ np.asarray(kernel) + np.asarray(bias)
    return np.array(keras.activations.get(activation)(field))


def respond(
    weights: "dict[str, ArrayLike]", activation: str, points: "ArrayLike"
) -> "tuple[np.ndarray, np.ndarray]":
    """Returns `(hidden, answers)` of one network.

    Args:
        weights: dict from the names of `WEIGHTS` to its weights.
        activation: one of `ACTIVATIONS`.
        points: array of shape `(..., 2)`.
    """
    kernel, bias, output_kernel, output_bias = (weights[name] for name in WEIGHTS)
    hidden = dense(points, kernel, bias, activation)
    return hidden, dense(hidden, output_kernel, output_bias)[..., 0]


def directions(hidden: "ArrayLike", output_kernel: "ArrayLike") -> "np.ndarray":
    """Returns two columns to look along: of many units, a plane that the output's line is in."""
    import numpy as np

    if len(output_kernel) == 2:
        return np.eye(2)
    widest = np.linalg.svd(hidden - np.mean(hidden, axis=0))[2][:1].T
    return np.linalg.qr(np.concatenate([output_kernel, widest], axis=1))[0]
