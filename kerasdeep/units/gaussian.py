"""Real-valued units."""

import math

import keras
import numpy as np
from keras import ops

from kerasdeep.registration import register
from kerasdeep.units.base import Unit


@register
class Gaussian(Unit):
    r"""Real-valued unit with a fixed standard deviation: $E(u) = (u - b)^2 / 2\sigma^2$.

    The weights see $s(u) = u / \sigma^2$, so that $p(u \mid \phi) = \mathcal{N}(\phi, \sigma^2)$
    and $A(\phi) = \phi^2 / 2\sigma^2 + \log(\sigma\sqrt{2\pi})$. With $\sigma = 1$ this is the
    classic Gaussian-Bernoulli RBM. Where both layers are Gaussian the model is a distribution
    only while the largest singular value of $W_{ij} / \sigma_i\sigma_j$ is below 1.

    Args:
        stddev: $\sigma > 0$, a float, or a list with one value a unit. Default 1.0.

    Raises:
        ValueError: if `stddev` is not positive and finite.

    Example:

    >>> rbm = RBM(500, visible=Gaussian(stddev=0.3))

    Reference: Cho, Ilin, Raiko (2011), Improved learning of Gaussian-Bernoulli restricted
    Boltzmann machines. ICANN.
    """

    name = "gaussian"
    support = (-math.inf, math.inf)
    activation = "linear"

    def __init__(self, stddev=1.0):
        self.stddev = np.asarray(stddev, dtype="float32")
        if not ((self.stddev > 0) & (self.stddev < math.inf)).all():
            raise ValueError(
                f"Gaussian expects stddev > 0, one number or one a unit. Received: {stddev}."
            )

    def statistic(self, value):
        return value / ops.cast(self.stddev**2, value.dtype)

    def energy(self, value, bias):
        return ops.sum(ops.square((value - bias) / self.stddev), axis=-1) / 2

    def bias_energy(self, bias):
        return ops.sum(ops.square(bias / self.stddev)) / 2

    def log_partition(self, field):
        normalizer = np.log(self.stddev) + math.log(2 * math.pi) / 2
        return ops.sum(ops.square(field / self.stddev) / 2 + normalizer, axis=-1)

    def mean(self, field):
        return field

    def sample(self, field, seed):
        noise = keras.random.normal(ops.shape(field), dtype=field.dtype, seed=seed)
        return field + self.stddev * noise

    def bias_from_mean(self, mean):
        return mean

    def check_width(self, num_columns):
        if self.stddev.size not in (1, num_columns):
            raise ValueError(
                f"Gaussian expects stddev to be one number, or one for each of {num_columns} "
                f"units. Received: {self.stddev.size} numbers."
            )

    def quadrature(self, mean, index):
        # The trapezoid rule is exact to 1e-8 on Gaussians already at a spacing of one sigma; it
        # covers 10 sigma on both sides of the mean.
        stddev = self.stddev.reshape(-1)
        own = ops.take(stddev, index) if stddev.size > 1 else ops.full(ops.shape(index), stddev[0])
        steps = ops.arange(-10.0, 11.0)[:, None]
        log_weights = ops.broadcast_to(ops.log(own), (21, ops.shape(index)[0]))
        return mean + (steps * own)[..., None], log_weights

    def get_config(self):
        return {"stddev": self.stddev.tolist()}
