"""Codes of zeros and ones that noise makes robust."""

from typing import Any

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.noise import Noise


@register
class BinaryCode(Noise):
    r"""Code units that learn to be 0 or 1, and are: *semantic hashing*.

    In training noise is added before a logistic function, $y = \sigma(x + s\, \epsilon)$,
    $\epsilon \sim \mathcal{N}(0, 1)$, so that only values far from zero carry what the decoder
    needs to know. Outside of training the code is a bit, $y = 1$ where $x \geq 0$, else 0. Rows
    alike have codes of small Hamming distance, which is how they are found again.

    Args:
        stddev: $s \geq 0$, standard deviation of the noise. Default 4.0.
        seed: integer seed. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input.

    Raises:
        ValueError: for a negative deviation.

    Example:

    >>> encoder = keras.Sequential([keras.layers.Dense(32), BinaryCode()])
    >>> sorted(set(np.array(encoder(np.random.rand(4, 8))).ravel()))
    [np.float32(0.0), np.float32(1.0)]

    Reference: Salakhutdinov, Hinton (2009), Semantic hashing. International Journal of Approximate
    Reasoning 50.
    """

    def __init__(self, stddev: float = 4.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.stddev = backend.real_number(stddev, "stddev", "BinaryCode")

    def noisy(self, values: Tensor) -> Tensor:
        noise = self.stddev * backend.normal(ops.shape(values), self.seed_generator)
        return ops.sigmoid(values + noise)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if training:
            return super().call(inputs, training)
        return ops.cast(inputs >= 0, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev}
