"""What stands between the two sides of a Boltzmann machine."""

from collections.abc import Sequence
from typing import Self

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor


class Connection:
    r"""Carries the statistics of one side of units to the fields of the other.

    The interaction of the two sides is bilinear in their statistics and linear in the weights,

    $$\langle s, W t \rangle = \langle W^\top s, t \rangle,$$

    so three maps say all of a connection: `up`, $s \mapsto W^\top s$; `down`, $t \mapsto W t$; and
    `correlation`, the derivative of the interaction by the weights. Energies, samplers, tempering
    and likelihoods see these alone, so that a new kind of connection needs a new class and no
    change anywhere else. Connections hold weights and do not own them: the model does.

    Attributes:
        weights: list of the tensors or variables that it consists of.
    """

    weights = ()

    def up(self, statistic: Tensor) -> Tensor:
        """Returns what the hidden side receives from statistics of the visible one."""
        raise NotImplementedError

    def down(self, statistic: Tensor) -> Tensor:
        """Returns what the visible side receives from statistics of the hidden one."""
        raise NotImplementedError

    def correlation(self, visible: Tensor, hidden: Tensor) -> list[Tensor]:
        r"""Returns $\sum_n \partial \langle s_n, W t_n \rangle / \partial W$, a list as `weights`.

        Args:
            visible: statistics $s_n$ of the visible side, one row each.
            hidden: statistics $t_n$ of the hidden side.
        """
        return backend.gradients(lambda: ops.sum(self.up(visible) * hidden), self.weights)

    def up_from(self, columns: Tensor, statistic: Tensor) -> Tensor:
        """Returns `up` of statistics that are zero but for a few columns in every row.

        Args:
            columns: integers of shape `(num_rows, width)`.
            statistic: their statistics, shape `(num_values, num_rows, width)`.

        Returns:
            Tensor of shape `(num_values, num_rows, num_hidden)`.
        """
        raise NotImplementedError

    def one_place(self, visible: Tensor, hidden: Tensor) -> tuple[Self, Tensor, Tensor]:
        """Returns the connection of hidden units in one place, and numbers a bias as rows there.

        Args:
            visible: one number a visible bias.
            hidden: one number a hidden bias.

        Returns:
            `(connection, visible, hidden)`: one row each, of the visible units that those hidden
            ones see and of those hidden ones. Where weights are not shared, all units.
        """
        return self, ops.convert_to_tensor(visible)[None], ops.convert_to_tensor(hidden)[None]

    def with_weights(self, weights: Sequence[Tensor]) -> Self:
        """Returns the same kind of connection with other weights."""
        raise NotImplementedError

    def shifted(self, changes: Sequence[Tensor]) -> Self:
        """Returns the connection with weights that are larger by `changes`."""
        return self.with_weights([w + c for w, c in zip(self.weights, changes, strict=True)])

    def in_precision(self, dtype: str) -> Self:
        """Returns the connection with products of values in `dtype`; sums and results float32."""
        return self
