"""Noise that spoils what a network is shown in training; its random state is saved."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor


class Noise(SavedRandomState, keras.layers.Layer):
    """Base class of layers that change their inputs in training, and pass them on otherwise.

    A subclass says by `noisy(values)` what becomes of float32 values.
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = backend.seed_number(seed, type(self).__name__)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True

    def noisy(self, values: Tensor) -> Tensor:
        """Returns what becomes of float32 values."""
        raise NotImplementedError

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        values = self.noisy(ops.cast(inputs, "float32")) if training else inputs
        return ops.cast(values, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}


@register
class MaskingNoise(Noise):
    r"""Sets a share of its inputs to zero in training: $\tilde x_i = m_i x_i$, $m_i$ drawn as

    Bernoulli$(1 - r)$. Unlike dropout it makes the rest no larger: what is shown is spoilt, and to
    be mended.

    Args:
        rate: $r$, from 0 to below 1.
        seed: integer seed. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input; outside of training the input.

    Raises:
        ValueError: for a rate out of range.

    Example:

    >>> spoilt = MaskingNoise(0.25)(np.ones((2, 8)), training=True)

    Reference: Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising autoencoders.
    JMLR 11, section 3.3.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.rate = backend.real_number(rate, "rate", "MaskingNoise", below=1)

    def noisy(self, values: Tensor) -> Tensor:
        kept = backend.uniform(ops.shape(values), self.seed_generator) >= self.rate
        return ops.where(kept, values, 0.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}


@register
class SaltAndPepperNoise(Noise):
    r"""Sets a share of its inputs to the least or the greatest value in training, by a fair coin.

    Args:
        rate: share of the inputs to spoil, from 0 to below 1.
        low, high: least and greatest value. Default 0.0 and 1.0.
        seed: integer seed. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input; outside of training the input.

    Raises:
        ValueError: for a rate out of range, or a least value that is not below the greatest.

    Example:

    >>> corruption = SaltAndPepperNoise(0.1)

    Reference: Vincent, Larochelle, Lajoie, Bengio, Manzagol (2010), Stacked denoising autoencoders.
    JMLR 11, section 3.3.
    """

    def __init__(
        self,
        rate: float,
        low: float = 0.0,
        high: float = 1.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, **kwargs)
        self.rate = backend.real_number(rate, "rate", "SaltAndPepperNoise", below=1)
        if not low < high:
            raise ValueError(
                f"SaltAndPepperNoise expects low below high. Received: low={low!r}, high={high!r}."
            )
        self.low, self.high = low, high

    def noisy(self, values: Tensor) -> Tensor:
        drawn = backend.uniform(ops.shape(values), self.seed_generator)
        spoilt = ops.where(drawn < self.rate / 2, self.low, self.high)
        return ops.where(drawn < self.rate, spoilt, values)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "low": self.low, "high": self.high}


@register
class GaussianNoise(Noise):
    r"""Adds normal noise in training, $\tilde x = x + \sigma \epsilon$, and resumes.

    As `keras.layers.GaussianNoise`, which does not save its random state; on several devices each
    draws noise of its own.

    Args:
        stddev: $\sigma \geq 0$.
        seed: integer seed. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input; outside of training the input.

    Raises:
        ValueError: for a negative deviation.

    Example:

    >>> corruption = GaussianNoise(0.3)
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.stddev = backend.real_number(stddev, "stddev", "GaussianNoise")

    def noisy(self, values: Tensor) -> Tensor:
        return values + self.stddev * backend.normal(ops.shape(values), self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev}


# What spoils what a network is shown: ours, and Keras's.
NOISES = (
    Noise,
    keras.layers.AlphaDropout,
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
)
