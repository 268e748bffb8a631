"""Binary units with a gradient."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor


@register
class StochasticBinary(SavedRandomState, keras.layers.Layer):
    r"""Stochastic binary units: 1 with probability $\sigma(x)$, else 0.

    In training the output is drawn, and its gradient is that of its mean, *straight through* the
    draw: $\partial y / \partial x := \sigma'(x)$. Outside of training the output is the mean
    $\sigma(x)$ itself, so that predictions repeat. The random state is saved with the model.

    Args:
        seed: integer seed of the draws. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input.

    Example:

    >>> code = keras.Sequential([keras.layers.Dense(30), StochasticBinary()])

    References: Hinton (2012), Neural networks for machine learning, lecture 9. Bengio, Léonard,
    Courville (2013), Estimating or propagating gradients through stochastic neurons.
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = backend.seed_number(seed, "StochasticBinary")
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        mean = ops.sigmoid(ops.cast(inputs, "float32"))
        if training:
            uniform = backend.uniform(ops.shape(mean), self.seed_generator)
            drawn = ops.cast(uniform < mean, mean.dtype)
            mean = mean + ops.stop_gradient(drawn - mean)
        return ops.cast(mean, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}
