"""Every unit of one side with every unit of the other."""

from keras import ops

from kerasdeep.energies.connection import Connection


class Dense(Connection):
    r"""One matrix: $\langle s, W t \rangle = s^\top W t$.

    Args:
        kernel: $W$, shape `(num_visible, num_hidden)`.
        dtype: type of the factors of products. Default `"float32"`.
    """

    def __init__(self, kernel, dtype="float32"):
        self.kernel = kernel
        self.dtype = dtype

    @property
    def weights(self):
        return [self.kernel]

    def up(self, statistic):
        return product(statistic, self.kernel, self.dtype)

    def down(self, statistic):
        return product(statistic, ops.transpose(self.kernel), self.dtype)

    def correlation(self, visible, hidden):
        return [product(ops.transpose(visible), hidden, self.dtype)]

    def up_from(self, columns, statistic):
        rows = ops.take(self.kernel, columns, axis=0)
        return ops.einsum("kbw,bwh->kbh", statistic, rows)

    def with_weights(self, weights):
        return Dense(*weights, self.dtype)

    def in_precision(self, dtype):
        return Dense(self.kernel, dtype)


def product(left, right, dtype):
    """Returns a matrix product of factors in a type, as float32."""
    return ops.cast(ops.matmul(ops.cast(left, dtype), ops.cast(right, dtype)), "float32")
