"""Real-valued units."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.units.base import Unit


@register
class Gaussian(Unit):
    r"""Real-valued unit: $E(u) = (u - b)^2 / 2\sigma^2$.

    The weights see $s(u) = u / \sigma^2$, so that $p(u \mid \phi) = \mathcal{N}(\phi, \sigma^2)$
    and $A(\phi) = \phi^2 / 2\sigma^2 + \log(\sigma\sqrt{2\pi})$. With $\sigma = 1$ this is the
    classic Gaussian-Bernoulli RBM. Where both layers are Gaussian the model is a distribution
    only while the largest singular value of $W_{ij} / \sigma_i\sigma_j$ is below 1.

    With `learned`, every visible unit has a $\sigma$ of its own that is learned with the weights,
    as $z = \log \sigma^2$ and more slowly than they are.

    Gradients are divided by $\sigma^2$, so small deviations make steps large: use standardized
    data and rates of some 0.01. Clip gradients by `global_clipnorm`, if at all: `clipnorm` holds
    back the kernel alone, whose gradient is the longest, and the biases run ahead of it.

    Args:
        stddev: $\sigma > 0$, a float, or a list with one value a unit. Default 1.0.
        learned: whether to learn $\sigma$, from `stddev` on; only for visible units. Default False.
        variance_rate: learning rate of $z$, as a multiple of that of the weights. Default 0.1.

    Raises:
        ValueError: if `stddev` is not positive and finite, or `variance_rate` negative.

    Example:

    >>> rbm = RBM(500, visible=Gaussian(stddev=0.3))
    >>> rbm = RBM(500, visible=Gaussian(learned=True))

    References: Cho, Ilin, Raiko (2011), Improved learning of Gaussian-Bernoulli restricted
    Boltzmann machines. ICANN. Melchior, Wang, Wiskott (2017), Gaussian-binary restricted Boltzmann
    machines for modeling natural image statistics. PLOS ONE 12.
    """

    name = "gaussian"
    support = (-math.inf, math.inf)
    activation = "linear"

    def __init__(
        self,
        stddev: float | Sequence[float] = 1.0,
        learned: bool = False,
        variance_rate: float = 0.1,
    ) -> None:
        self.initial = np.asarray(stddev, dtype="float32")
        if not ((self.initial > 0) & (self.initial < math.inf)).all():
            raise ValueError(
                f"Gaussian expects stddev > 0, one number or one a unit. Received: {stddev}."
            )
        if not variance_rate >= 0:
            raise ValueError(
                f"Gaussian expects variance_rate of at least 0. Received: {variance_rate}."
            )
        self.learned = learned
        self.variance_rate = variance_rate
        self.log_variance = None

    @property
    def stddev(self) -> Tensor | np.ndarray:
        r"""$\sigma$: as given, or as learned so far."""
        if self.log_variance is None:
            return self.initial
        return ops.exp(self.log_variance.value / 2)

    @property
    def weights(self) -> list[keras.Variable]:
        return [] if self.log_variance is None else [self.log_variance]

    def add_weights(self, model: keras.layers.Layer, num_columns: int) -> None:
        if not self.learned:
            return
        start = np.broadcast_to(2 * np.log(self.initial), (num_columns,))
        self.log_variance = model.add_weight(
            name="log_variance",
            shape=(num_columns,),
            initializer=lambda shape, dtype=None: ops.convert_to_tensor(start, dtype),
        )

    def weight_gradients(
        self, value: Tensor, bias: Tensor, field: Tensor, share: Tensor
    ) -> list[Tensor]:
        if not self.learned:
            return []
        # E = ((u - b)^2 / 2 - u x) / sigma^2 with the input x = field - b.
        scaled = ops.square(value - bias) / 2 - value * (field - bias)
        slope = -scaled / ops.square(self.stddev)
        return [self.variance_rate * ops.matmul(share, slope)]

    def statistic(self, value: Tensor) -> Tensor:
        return value / ops.cast(ops.square(self.stddev), value.dtype)

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        return ops.sum(ops.square((value - bias) / self.stddev), axis=-1) / 2

    def bias_energy(self, bias: Tensor) -> Tensor:
        return ops.sum(ops.square(bias / self.stddev)) / 2

    def log_partition(self, field: Tensor) -> Tensor:
        normalizer = ops.log(self.stddev) + math.log(2 * math.pi) / 2
        return ops.sum(ops.square(field / self.stddev) / 2 + normalizer, axis=-1)

    def log_probability(self, value: Tensor, field: Tensor) -> Tensor:
        # Not the general sum, whose parts lose their digits where data is far from zero.
        normalizer = ops.log(self.stddev) + math.log(2 * math.pi) / 2
        return -ops.sum(ops.square((value - field) / self.stddev) / 2 + normalizer, axis=-1)

    def mean(self, field: Tensor) -> Tensor:
        return field

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        noise = backend.normal(ops.shape(field), seed, field.dtype)
        return field + self.stddev * noise

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return mean

    def check_width(self, num_columns: int) -> None:
        if self.initial.size not in (1, num_columns):
            raise ValueError(
                f"Gaussian expects stddev to be one number, or one for each of {num_columns} "
                f"units. Received: {self.initial.size} numbers."
            )

    def quadrature(self, mean: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        # The trapezoid rule is exact to 1e-8 on Gaussians already at a spacing of one sigma; it
        # covers 10 sigma on both sides of the mean.
        stddev = ops.reshape(self.stddev, (-1,))
        own = ops.take(stddev, index if stddev.shape[0] > 1 else ops.zeros_like(index))
        steps = ops.arange(-10.0, 11.0)[:, None]
        log_weights = ops.broadcast_to(ops.log(own), (21, ops.shape(index)[0]))
        return mean + (steps * own)[..., None], log_weights

    def get_config(self) -> dict[str, Any]:
        return {
            "stddev": self.initial.tolist(),
            "learned": self.learned,
            "variance_rate": self.variance_rate,
        }
