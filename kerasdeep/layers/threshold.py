"""The neuron of McCulloch and Pitts."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor


@register
class ThresholdUnit(keras.layers.Layer):
    r"""Units that are on where the weighted sum of their inputs reaches a threshold.

    $$y_j = \begin{cases} 1 & \sum_i w_{ij} x_i \geq \theta_j \\ 0 & \text{otherwise.} \end{cases}$$

    The weights are given, not learned; see `kerasdeep.models.Perceptron` for a rule that learns
    them. Any logical function can be made of such units.

    Args:
        weights: $w$, a list with one number an input for a single unit, or an array of shape
            `(num_inputs, num_units)`.
        threshold: $\theta$, a number, or one for each unit. Default 0.

    Returns:
        On call with shape `(batch, num_inputs)`, zeros and ones of shape `(batch, num_units)`.

    Raises:
        ValueError: for weights that are no matrix, or another number of thresholds than units.

    Example:

    >>> both = ThresholdUnit([1, 1], threshold=2)       # AND
    >>> either = ThresholdUnit([1, 1], threshold=1)     # OR
    >>> neither = ThresholdUnit([-1, -1], threshold=0)  # NOR

    Reference: McCulloch, Pitts (1943), A logical calculus of the ideas immanent in nervous
    activity. Bulletin of Mathematical Biophysics 5.
    """

    def __init__(self, weights: ArrayLike, threshold: ArrayLike = 0, **kwargs: Any) -> None:
        super().__init__(trainable=False, **kwargs)
        matrix = np.asarray(weights, "float32")
        self.matrix = matrix[:, None] if matrix.ndim == 1 else matrix
        self.threshold = np.asarray(threshold, "float32")
        one_each = self.threshold.ndim < 2 and self.threshold.size in (1, *self.matrix.shape[1:])
        if self.matrix.ndim != 2 or not one_each:
            raise ValueError(
                "ThresholdUnit expects weights of shape (num_inputs, num_units) and one threshold, "
                f"or one a unit. Received: weights of shape {matrix.shape}, "
                f"thresholds of shape {self.threshold.shape}."
            )

    def call(self, inputs: Tensor) -> Tensor:
        total = ops.matmul(ops.cast(inputs, "float32"), self.matrix)
        return ops.cast(total >= self.threshold, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.matrix.shape[1])

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("trainable")
        return {
            **config,
            "weights": self.matrix.tolist(),
            "threshold": self.threshold.tolist(),
        }
