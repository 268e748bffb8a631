"""Units that count: 0 or 1, -1 or +1, how many of n."""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.units.base import Unit, interpolated, values_of

# Means that data may suggest are kept this far from the ends, where a bias would be infinite.
MARGIN = 1e-4


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
    values = values_of(0, 1)

    def log_partition(self, field: Tensor) -> Tensor:
        return ops.sum(softplus(field), axis=-1)

    def log_partition_change(self, field: Tensor, other: Tensor) -> Tensor:
        return ops.sum(softplus_change(field, other), axis=-1)

    def mean(self, field: Tensor) -> Tensor:
        return ops.sigmoid(field)

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        uniform = backend.uniform(ops.shape(field), seed, field.dtype)
        return ops.cast(uniform < ops.sigmoid(field), field.dtype)

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return logit(mean)


@register
class Spin(Unit):
    r"""Ising spin, a binary unit with values -1 and +1: $E(u) = -b\,u$.

    $\mathbb{E}[u \mid \phi] = \tanh \phi$ and $A(\phi) = \log(2 \cosh \phi)$. As visible data, any
    value in [-1, 1] is allowed and stands for a mean.

    Example:

    >>> rbm = RBM(500, visible="spin", hidden="spin")
    """

    name = "spin"
    support = (-1.0, 1.0)
    activation = "tanh"
    values = values_of(-1, 1)

    def log_partition(self, field: Tensor) -> Tensor:
        return ops.sum(softplus(2 * field) - field, axis=-1)

    def log_partition_change(self, field: Tensor, other: Tensor) -> Tensor:
        return ops.sum(softplus_change(2 * field, 2 * other) - (other - field), axis=-1)

    def mean(self, field: Tensor) -> Tensor:
        return ops.tanh(field)

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        uniform = backend.uniform(ops.shape(field), seed, field.dtype)
        return 2 * ops.cast(uniform < ops.sigmoid(2 * field), field.dtype) - 1

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return logit((mean + 1) / 2) / 2


@register
class Binomial(Unit):
    r"""$n$ binary units that share their weights, counted: $E(u) = -b\,u - \log \binom{n}{u}$.

    $u \mid \phi$ is binomial with $n$ trials of probability $\sigma(\phi)$, so its mean is
    $n\,\sigma(\phi)$ and $A(\phi) = n \log(1 + e^\phi)$.

    Args:
        num_trials: $n$, at least 1: the largest value.

    Example:

    >>> rbm = RBM(100, visible=Binomial(16))     # digits of scikit-learn, 17 grey levels

    Reference: Teh, Hinton (2001), Rate-coded restricted Boltzmann machines for face recognition.
    NIPS 13.
    """

    name = "binomial"

    def __init__(self, num_trials: int) -> None:
        self.num_trials = positive_integer(num_trials, "num_trials", "Binomial")
        self.support = (0.0, float(num_trials))
        self.values = values_of(*range(num_trials + 1))

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        choices = [math.comb(self.num_trials, u) for u in range(self.num_trials + 1)]
        log_choices = interpolated(np.log(np.array(choices, "float64")), value)
        return super().energy(value, bias) - ops.sum(log_choices, axis=-1)

    def log_partition(self, field: Tensor) -> Tensor:
        return self.num_trials * ops.sum(softplus(field), axis=-1)

    def log_partition_change(self, field: Tensor, other: Tensor) -> Tensor:
        return self.num_trials * ops.sum(softplus_change(field, other), axis=-1)

    def mean(self, field: Tensor) -> Tensor:
        return self.num_trials * ops.sigmoid(field)

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        shape = (self.num_trials, *ops.shape(field))
        uniform = backend.uniform(shape, seed, field.dtype)
        return ops.sum(ops.cast(uniform < ops.sigmoid(field), field.dtype), axis=0)

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return logit(mean / self.num_trials)

    def get_config(self) -> dict[str, Any]:
        return {"num_trials": self.num_trials}


@register
class Softmax(Unit):
    r"""Group of $K$ columns, one of them 1 and the others 0 (Potts, one-hot): $E(u) = -b^\top u$.

    $p(u_k = 1 \mid \phi) = e^{\phi_k} / \sum_l e^{\phi_l}$ and $A(\phi) = \log \sum_k e^{\phi_k}$.
    A layer is any number of such groups side by side. As visible data, a group may also hold
    probabilities that sum to 1. With `missing`, a group of zeros alone is one of which nothing is
    known: it is left out of the model of its row, and of what is reported; train with CD.

    Args:
        num_categories: $K$, at least 2.
        missing: whether groups of the data may be missing. Default False.

    Example:

    >>> rbm = RBM(100, visible=Softmax(5))     # rows of one-hot groups of five columns

    Reference: Salakhutdinov, Mnih, Hinton (2007), Restricted Boltzmann machines for collaborative
    filtering. ICML.
    """

    name = "softmax"
    support = (0.0, 1.0)

    def __init__(self, num_categories: int, missing: bool = False) -> None:
        self.num_categories = positive_integer(num_categories, "num_categories", "Softmax")
        if num_categories < 2:
            raise ValueError(f"Softmax expects at least 2 categories. Received: {num_categories}.")
        self.missing = missing
        self.width = num_categories
        self.values = np.eye(num_categories, dtype="float32")

    def _groups(self, field):
        return ops.reshape(field, (*ops.shape(field)[:-1], -1, self.num_categories))

    def log_partition(self, field: Tensor) -> Tensor:
        return ops.sum(ops.logsumexp(self._groups(field), axis=-1), axis=-1)

    def mean(self, field: Tensor) -> Tensor:
        return ops.reshape(ops.softmax(self._groups(field)), ops.shape(field))

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        # The largest of fields with Gumbel noise is distributed as their softmax.
        uniform = ops.maximum(backend.uniform(ops.shape(field), seed, field.dtype), 1e-30)
        noisy = self._groups(field - ops.log(-ops.log(uniform)))
        chosen = ops.one_hot(ops.argmax(noisy, axis=-1), self.num_categories, dtype=field.dtype)
        return ops.reshape(chosen, ops.shape(field))

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        return ops.log(ops.clip(mean, MARGIN, 1.0))

    def unrolled(self, num_columns: int) -> str:
        # That of Keras is one group over all columns.
        return "softmax" if num_columns == self.width else super().unrolled(num_columns)

    def check_rows(self, rows: np.ndarray) -> None:
        total = rows.reshape(*rows.shape[:-1], -1, self.num_categories).sum(axis=-1)
        wrong = np.abs(total - 1) > 1e-3
        if self.missing:
            wrong &= total != 0
        if wrong.any():
            raise ValueError(
                f"Softmax expects groups of {self.num_categories} columns that sum to 1"
                f"{', or to 0 where missing' if self.missing else ''}. Received: a group with the "
                f"sum {total[wrong].flat[0]:g}. Encode categories one-hot"
                f"{'.' if self.missing else ', or pass missing=True.'}"
            )

    def observed(self, value: Tensor) -> Tensor | None:
        if not self.missing:
            return None
        known = ops.any(self._groups(value) > 0, axis=-1)
        return ops.repeat(ops.cast(known, value.dtype), self.num_categories, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {"num_categories": self.num_categories, "missing": self.missing}


def softplus(field: Tensor) -> Tensor:
    r"""Returns $\log(1 + e^\phi)$ to within 6e-8, or float32, at half of what Keras's costs in XLA.

    Written so that automatic derivatives are right where the field is 0, too.
    """
    return (field + ops.abs(field)) / 2 + ops.log(1 + ops.exp(-ops.abs(field)))


def softplus_change(field: Tensor, other: Tensor) -> Tensor:
    r"""Returns $\log(1 + e^{\phi'}) - \log(1 + e^\phi)$ with a single logarithm."""

    def rest(field):
        return 1 + ops.exp(-ops.abs(field))

    linear = ops.maximum(other, 0) - ops.maximum(field, 0)
    return linear + ops.log(rest(other) / rest(field))


def logit(mean: Tensor) -> Tensor:
    """Returns the logarithm of the odds of a probability."""
    mean = ops.clip(mean, MARGIN, 1 - MARGIN)
    return ops.log(mean / (1 - mean))
