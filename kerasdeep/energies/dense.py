"""Every unit of one side with every unit of the other."""

from collections.abc import Sequence
from typing import Self

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection


class Dense(Connection):
    r"""One matrix: $\langle s, W t \rangle = s^\top W t$.

    Args:
        kernel: $W$, shape `(num_visible, num_hidden)`.
        dtype: type of the factors of products. Default `"float32"`.
    """

    def __init__(self, kernel: Tensor, dtype: str = "float32") -> None:
        self.kernel = kernel
        self.dtype = dtype

    @property
    def weights(self) -> list[Tensor]:
        return [self.kernel]

    def up(self, statistic: Tensor) -> Tensor:
        return product(statistic, self.kernel, self.dtype)

    def down(self, statistic: Tensor) -> Tensor:
        return product(statistic, ops.transpose(self.kernel), self.dtype)

    def correlation(self, visible: Tensor, hidden: Tensor) -> list[Tensor]:
        return [product(ops.transpose(visible), hidden, self.dtype)]

    def up_from(self, columns: Tensor, statistic: Tensor) -> Tensor:
        rows = ops.take(self.kernel, columns, axis=0)
        return ops.einsum("kbw,bwh->kbh", statistic, rows)

    def with_weights(self, weights: Sequence[Tensor]) -> Self:
        return Dense(*weights, self.dtype)

    def in_precision(self, dtype: str) -> Self:
        return Dense(self.kernel, dtype)


def product(left: Tensor, right: Tensor, dtype: str) -> Tensor:
    """Returns a matrix product of factors in a type, as float32."""
    return ops.cast(ops.matmul(ops.cast(left, dtype), ops.cast(right, dtype)), "float32")
