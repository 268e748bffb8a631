"""One direction of a connection: what a layer is, given the layer above it or below it."""

from typing import NamedTuple, Self

import keras
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection
from kerasdeep.energies.contrastive import along, share_of, total
from kerasdeep.units.base import Unit


class Conditional(NamedTuple):
    r"""A layer of units $u$ given another layer $u'$ with statistics $s'$,

    $$p(u \mid u') = \exp\bigl(\phi\, s(u) - E_0(u) - A(\phi)\bigr), \qquad
    \phi = b + W s'(u').$$

    Directed networks are made of these. They hold weights and do not own them.

    Attributes:
        unit: unit type of the layer.
        given: unit type of the other one.
        connection: $W$; the visible side is the lower layer, whichever is given.
        bias: $b$, one number a unit of the layer.
        upward: whether the layer is the upper one, the hidden side of the connection.
    """

    unit: Unit
    given: Unit
    connection: Connection
    bias: Tensor
    upward: bool

    def in_precision(self, dtype: str) -> Self:
        """Returns the same with products of values in a type."""
        return self._replace(connection=self.connection.in_precision(dtype))

    def field(self, given: Tensor) -> Tensor:
        r"""Returns $\phi$ of rows of the other layer."""
        carry = self.connection.up if self.upward else self.connection.down
        return carry(self.given.statistic(given)) + ops.convert_to_tensor(self.bias)

    def mean(self, given: Tensor) -> Tensor:
        r"""Returns $\mathbb{E}[u \mid u']$."""
        return self.unit.mean(self.field(given))

    def sample(self, given: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        r"""Draws $u \sim p(u \mid u')$."""
        return self.unit.sample(self.field(given), seed)

    def log_probability(self, value: Tensor, given: Tensor) -> Tensor:
        r"""Returns $\log p(u \mid u')$ of pairs of rows, in nats."""
        return self.unit.log_probability(value, self.field(given))

    def gradient(self, value: Tensor, given: Tensor, weight: Tensor | None = None) -> list[Tensor]:
        r"""Returns the gradient of $-\langle \log p(u \mid u') \rangle$: the delta rule,

        $$-\bigl\langle \bigl(s(u) - s(\mathbb{E}[u \mid u'])\bigr)\, s'(u')^\top \bigr\rangle.$$

        Args:
            value: rows of the layer.
            given: the same rows of the other one.
            weight: weights of the rows. Default None: all count alike.

        Returns:
            List of the gradients of the connection's weights, and that of the bias.
        """
        error = self.unit.statistic(self.mean(given)) - self.unit.statistic(value)
        error = along(share_of(value, weight), error) * error
        source = self.given.statistic(given)
        lower, upper = (source, error) if self.upward else (error, source)
        return [*self.connection.correlation(lower, upper), total(error)]

    @property
    def parameters(self) -> list[Tensor]:
        """What learns, in the order of `gradient`."""
        return [*self.connection.weights, self.bias]
