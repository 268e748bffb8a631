r"""Unit types: one exponential-family conditional distribution a class.

A unit with value $u$ and bias $b$ adds $E(u)$ to the energy of its model, and the weights see
its statistic $s(u)$. Given its *field* $\phi = b + x$, where $x$ is the input that comes through
the weights, its value is distributed as

$$p(u \mid \phi) = \exp\bigl(\phi\, s(u) - E_0(u) - A(\phi)\bigr), \qquad
A(\phi) = \log \sum_u \exp\bigl(\phi\, s(u) - E_0(u)\bigr),$$

with $E_0$ the energy at zero bias and the sum an integral for continuous units. Free energies,
mean fields and Gibbs sampling of every model are written with these functions alone, so a new
unit type needs a new class here and no change anywhere else.

Reference: Welling, Rosen-Zvi, Hinton (2005), Exponential family harmoniums. NIPS 17.
"""

import math

import keras
import numpy as np
from keras import ops

from kerasdeep.registration import register, resolve


class Unit:
    """Base class of the unit types. All methods work element by element unless they say otherwise.

    Attributes:
        name: lower-case name, as in `RBM(visible="bernoulli")`.
        support: `(lowest, highest)` value that data for these units may have.
        activation: name of the Keras activation that equals `mean`.
    """

    name = None
    support = None
    activation = None

    def statistic(self, value):
        """Returns $s(u)$, what the weights see of a value; linear in the value."""
        return value

    def energy(self, value, bias):
        """Returns the energy $E(u)$ of a value under a bias, without the weights' part."""
        raise NotImplementedError

    def bias_energy(self, bias):
        """Returns the part of `energy` that depends on the bias alone, not on the value."""
        return ops.zeros_like(bias)

    def log_partition(self, field):
        r"""Returns $A(\phi)$ in nats."""
        raise NotImplementedError

    def mean(self, field):
        r"""Returns $\mathbb{E}[u \mid \phi]$."""
        raise NotImplementedError

    def sample(self, field, seed):
        r"""Draws $u \sim p(u \mid \phi)$.

        Args:
            field: float tensor.
            seed: a `keras.random.SeedGenerator`.
        """
        raise NotImplementedError

    def bias_from_mean(self, mean):
        """Returns the bias for which a unit without weights has the given mean."""
        raise NotImplementedError

    def quadrature(self, mean):
        r"""Values and weights that turn $\int f(u)\,du$ into $\sum_k e^{w_k} f(u_k)$.

        Args:
            mean: float tensor of any shape: where to centre the values of a continuous unit.

        Returns:
            `(values, log_weights)`: values of shape `(num_values, *mean.shape)` or
            `(num_values, 1, ..., 1)`, log-weights of a shape that broadcasts with them.
        """
        raise NotImplementedError

    def check_width(self, num_units):
        """Raises a ValueError where the unit type's parameters are not for so many units."""

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@register
class Bernoulli(Unit):
    r"""Binary unit with values 0 and 1: $E(u) = -b\,u$.

    $p(u = 1 \mid \phi) = \sigma(\phi)$ and $A(\phi) = \log(1 + e^\phi)$. As visible data, any value
    in [0, 1] is allowed and stands for a probability.

    Example:

    >>> rbm = RBM(500, visible=Bernoulli())     # the same as visible="bernoulli"

    Reference: Smolensky (1986), Information processing in dynamical systems. PDP vol. 1, ch. 6.
    """

    name = "bernoulli"
    support = (0.0, 1.0)
    activation = "sigmoid"

    def energy(self, value, bias):
        return -value * bias

    def log_partition(self, field):
        return ops.softplus(field)

    def mean(self, field):
        return ops.sigmoid(field)

    def sample(self, field, seed):
        uniform = keras.random.uniform(ops.shape(field), dtype=field.dtype, seed=seed)
        return ops.cast(uniform < ops.sigmoid(field), field.dtype)

    def bias_from_mean(self, mean):
        mean = ops.clip(mean, 1e-4, 1 - 1e-4)
        return ops.log(mean / (1 - mean))

    def quadrature(self, mean):
        shape = (2, *[1] * len(mean.shape))
        return ops.reshape(ops.convert_to_tensor([0.0, 1.0]), shape), ops.zeros(shape)


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
        return ops.square((value - bias) / self.stddev) / 2

    def bias_energy(self, bias):
        return ops.square(bias / self.stddev) / 2

    def log_partition(self, field):
        normalizer = np.log(self.stddev) + math.log(2 * math.pi) / 2
        return ops.square(field / self.stddev) / 2 + normalizer

    def mean(self, field):
        return field

    def sample(self, field, seed):
        noise = keras.random.normal(ops.shape(field), dtype=field.dtype, seed=seed)
        return field + self.stddev * noise

    def bias_from_mean(self, mean):
        return mean

    def check_width(self, num_units):
        if self.stddev.size not in (1, num_units):
            raise ValueError(
                f"Gaussian expects stddev to be one number, or one for each of {num_units} units. "
                f"Received: {self.stddev.size} numbers."
            )

    def quadrature(self, mean):
        # The trapezoid rule is exact to 1e-8 on Gaussians already at a spacing of one sigma.
        steps = ops.reshape(ops.arange(-10.0, 11.0), (21, *[1] * len(mean.shape)))
        return mean + steps * self.stddev, np.log(self.stddev) + 0.0 * steps

    def get_config(self):
        return {"stddev": self.stddev.tolist()}


UNITS = {unit.name: unit for unit in (Bernoulli, Gaussian)}


def get(identifier):
    """Returns a unit from its name, its serialized config, or itself.

    Example:

    >>> get("gaussian").get_config()
    {'stddev': 1.0}
    """
    return resolve(identifier, UNITS, Unit)
