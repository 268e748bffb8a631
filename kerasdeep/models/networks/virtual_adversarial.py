"""A classifier that learns to answer alike wherever it is close to its data."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor

# Where the direction of steepest change is looked for, as a share of the way to be smooth on.
PROBE = 0.25
LARGE = 1024.0
SMALLEST = 1e-30


@register
class VirtualAdversarial(SavedRandomState, keras.Model):
    r"""Classifier that is trained to be smooth around each row, virtual adversarial training.

    To the loss, `fit` adds how far probabilities of classes change at a distance $\epsilon$ of a
    row, in about the direction in which they change most,

    $$\lambda\, D_{KL}\big(p(y \mid x) \,\|\, p(y \mid x + r)\big), \qquad
    r = \epsilon\, \frac{g}{\lVert g \rVert}, \qquad
    g = \nabla_r D_{KL}\big(p(y \mid x) \,\|\, p(y \mid x + r)\big)\Big|_{r = \xi d},$$

    with $d$ a random direction of length 1 and $\xi = \epsilon / 4$: one step of the power method
    for the direction in which probabilities change most. $p(y \mid x)$ on the left and $r$ are held
    fixed. It takes no labels, counts sample weights, changes nothing outside of `fit`, and makes an
    update of the weights about twice as long. Layers such as dropout are at rest in it.

    The model is one of Keras's functional ones: it has the layers of the network that it was made
    of, and their weights. `from_config(get_config())` copies it; `keras.models.clone_model` does
    not, as it forgets $\epsilon$.

    Args:
        inputs: the `keras.Input` of a network.
        outputs: what it makes of it, probabilities of at least two classes, shape
            `(batch, num_classes)`.
        epsilon: $\epsilon > 0$, a Euclidean distance in the units of the inputs, so small that
            the class of a row stays the same: 2 for MNIST in [0, 1], whose rows have a length of 9.
        weight: $\lambda \geq 0$. Default 1.0.
        seed: integer seed of the directions. Default None: from Keras's global seed.

    Returns:
        On call, what the network returns.

    Raises:
        ValueError: for arguments out of range, several inputs, or outputs of another shape.

    Example:

    >>> inputs = keras.Input((784,))
    >>> hidden = keras.layers.Dense(500, "relu")(inputs)
    >>> outputs = keras.layers.Dense(10, "softmax")(hidden)
    >>> classifier = VirtualAdversarial(inputs, outputs, epsilon=2.0)
    >>> classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    >>> classifier.fit(x, y, batch_size=100, epochs=30)

    Reference: Miyato, Maeda, Koyama, Ishii (2018), Virtual adversarial training: a regularization
    method for supervised and semi-supervised learning. IEEE Transactions on Pattern Analysis and
    Machine Intelligence 41.
    """

    def __init__(
        self,
        *args: Any,
        epsilon: float,
        weight: float = 1.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not (epsilon > 0 and weight >= 0):
            raise ValueError(
                "VirtualAdversarial expects epsilon above 0 and weight of at least 0. Received: "
                f"epsilon={epsilon}, weight={weight}."
            )
        sides = self.inputs, self.outputs
        inputs, outputs = ([tuple(tensor.shape) for tensor in side] for side in sides)
        if len(inputs) != 1 or len(outputs) != 1 or len(outputs[0]) != 2 or outputs[0][1] < 2:
            raise ValueError(
                "VirtualAdversarial expects one input, and as outputs probabilities of at least "
                f"two classes, shape (batch, num_classes). Received: inputs of {inputs}, outputs "
                f"of {outputs}."
            )
        self.epsilon, self.weight = float(epsilon), float(weight)
        self.seed = backend.seed_number(seed, type(self).__name__)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def compute_loss(
        self,
        x: Tensor = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor | None = None,
        training: bool = True,
    ) -> Tensor:
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not (training and self.weight):
            return loss
        rows = ops.cast(keras.tree.flatten(x)[0], self.inputs[0].dtype)
        return loss + self.weight * self._change_nearby(rows, sample_weight)

    def _change_nearby(self, x, sample_weight=None):
        """Returns the mean over rows of the largest change of probabilities nearby, in nats."""
        expected = ops.stop_gradient(self(x, training=False))

        def change(moved, weight=None, reduction="sum_over_batch_size"):
            divergence = keras.losses.KLDivergence(reduction, dtype="float32")
            return divergence(expected, self(x + moved, training=False), weight)

        direction = backend.normal(ops.shape(x), self.seed_generator, x.dtype)
        probe = PROBE * self.epsilon * of_length_1(direction)
        # Its direction alone counts; as a large sum it does not vanish in float16.
        large = backend.gradient_at(lambda moved: LARGE * change(moved, reduction="sum"), probe)
        steepest = of_length_1(large)
        return change(self.epsilon * ops.stop_gradient(steepest), sample_weight)

    def get_config(self) -> dict[str, Any]:
        own = {"epsilon": self.epsilon, "weight": self.weight, "seed": self.seed}
        return {**super().get_config(), **own}


def of_length_1(rows: Tensor) -> Tensor:
    """Returns rows of any shape, each divided by its Euclidean length; zeros remain zeros."""
    axes = tuple(range(1, len(rows.shape)))
    # Where a network is sure of its answer, squares of a gradient may be too small for a number.
    rows = rows / ops.maximum(ops.max(ops.abs(rows), axis=axes, keepdims=True), SMALLEST)
    squares = ops.sum(ops.square(rows), axis=axes, keepdims=True)
    return rows * ops.rsqrt(ops.maximum(squares, SMALLEST))
