"""Binary units in blocks, for convolutional machines."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.units.base import Unit


@register
class MaxPooled(Unit):
    r"""Binary units of a feature map, in square blocks of which at most one unit is on.

    For the fields $\phi_1, \dots, \phi_n$ of a block

    $$p(u_i = 1) = \frac{e^{\phi_i}}{1 + \sum_j e^{\phi_j}}, \qquad
    A(\phi) = \log\Bigl(1 + \sum_j e^{\phi_j}\Bigr),$$

    and the pooling unit of the block is on where any of them is. Values and fields have the shape
    `(batch, height, width, num_filters)`, with height and width multiples of `pool_size`.

    Args:
        pool_size: side of a block, at least 1; 1 makes them independent. Default 2.

    Reference: Lee, Grosse, Ranganath, Ng (2009), Convolutional deep belief networks for scalable
    unsupervised learning of hierarchical representations. ICML, section 3.3.
    """

    name = "max_pooled"
    support = (0.0, 1.0)

    def __init__(self, pool_size: int = 2) -> None:
        self.pool_size = positive_integer(pool_size, "pool_size", "MaxPooled")

    def _blocks(self, maps):
        """Returns maps as `(batch, rows, columns, num_filters, units of a block)`."""
        size, (batch, height, width, filters) = self.pool_size, ops.shape(maps)
        shape = (batch, height // size, size, width // size, size, filters)
        parted = ops.transpose(ops.reshape(maps, shape), (0, 1, 3, 5, 2, 4))
        return ops.reshape(parted, (batch, height // size, width // size, filters, size * size))

    def _maps(self, blocks):
        """Undoes `_blocks`."""
        size, (batch, rows, columns, filters) = self.pool_size, ops.shape(blocks)[:4]
        parted = ops.reshape(blocks, (batch, rows, columns, filters, size, size))
        parted = ops.transpose(parted, (0, 1, 4, 2, 5, 3))
        return ops.reshape(parted, (batch, rows * size, columns * size, filters))

    def _log_total(self, blocks):
        """Returns the log-partition of each block."""
        return ops.softplus(ops.logsumexp(blocks, axis=-1))

    def energy(self, value: Tensor, bias: Tensor) -> Tensor:
        return -ops.sum(value * bias, axis=(1, 2, 3))

    def log_partition(self, field: Tensor) -> Tensor:
        return ops.sum(self._log_total(self._blocks(field)), axis=(1, 2, 3))

    def mean(self, field: Tensor) -> Tensor:
        blocks = self._blocks(field)
        return self._maps(ops.exp(blocks - self._log_total(blocks)[..., None]))

    def sample(self, field: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        blocks = self._blocks(field)
        uniform = backend.uniform(ops.shape(blocks)[:-1], seed, field.dtype)
        # The first unit at which the probabilities, summed up, exceed the number drawn; or none.
        mean = ops.exp(blocks - self._log_total(blocks)[..., None])
        total = ops.cumsum(mean, axis=-1)
        reached = uniform[..., None] < total
        return self._maps(ops.cast(reached & (uniform[..., None] >= total - mean), field.dtype))

    def bias_from_mean(self, mean: Tensor) -> Tensor:
        none_on = 1 - self.pool_size**2 * mean
        return ops.log(mean / none_on)

    def pooled_mean(self, field: Tensor) -> Tensor:
        """Returns the probability that a block has a unit that is on, one number a block."""
        return ops.sigmoid(ops.logsumexp(self._blocks(field), axis=-1))

    def pooled(self, value: Tensor) -> Tensor:
        """Returns 1 for a block that has a unit that is on, 0 for others."""
        return ops.max(self._blocks(value), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {"pool_size": self.pool_size}
