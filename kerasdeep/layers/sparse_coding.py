"""Codes of which most numbers are zero, found by looking for the best ones."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor


@register
class SparseCoding(keras.layers.Layer):
    r"""Sparse coding: a row as a sum of few columns of a dictionary $W$,

    $$h(x) = \arg\min_h \tfrac12 \| x - h W^\top \|^2 + \lambda \| h \|_1,$$

    found by the fast iterative shrinkage-thresholding algorithm. No gradient passes through the
    search: at its minimum the objective changes with $W$ as it does with $h$ held. It is the
    encoder of an `Autoencoder` with Gaussian visible units and the penalty `AbsoluteCode`, whose
    tied decoder, $h W^\top$, learns the dictionary; its columns are of length 1.

    Args:
        num_codes: number of columns.
        cost: $\lambda \geq 0$.
        num_steps: steps of the search. Default 100.
        positive: whether codes are at least zero. Default False.

    Attributes:
        kernel: $W$, shape `(num_values, num_codes)`.

    Returns:
        On call with shape `(batch, num_values)`, a tensor of shape `(batch, num_codes)`.

    Raises:
        ValueError: for arguments out of range.

    Example:

    >>> SparseCoding(12, cost=0.5)(np.random.rand(4, 8)).shape
    TensorShape([4, 12])

    References: Olshausen, Field (1996), Emergence of simple-cell receptive field properties by
    learning a sparse code for natural images. Nature 381. Beck, Teboulle (2009), A fast iterative
    shrinkage-thresholding algorithm for linear inverse problems. SIAM J. Imaging Sciences 2.
    """

    def __init__(
        self,
        num_codes: int,
        cost: float,
        num_steps: int = 100,
        positive: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_codes = backend.positive_integer(num_codes, "num_codes", "SparseCoding")
        self.cost = backend.real_number(cost, "cost", "SparseCoding")
        self.num_steps = backend.positive_integer(num_steps, "num_steps", "SparseCoding")
        self.positive = backend.yes_or_no(positive, "positive", "SparseCoding")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        unit = keras.constraints.UnitNorm(axis=0)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.num_codes),
            initializer="random_normal",
            constraint=unit,
        )
        self.kernel.assign(unit(self.kernel.value))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        visible, kernel = (ops.cast(each, "float32") for each in (inputs, self.kernel))
        both, target = ops.matmul(ops.transpose(kernel), kernel), ops.matmul(visible, kernel)
        steepest = eigenvalue_bound(both)

        def step(_, state):
            code, ahead, speed = state
            lower = ahead - (ops.matmul(ahead, both) - target) / steepest
            found = self._shrunk(lower, self.cost / steepest)
            faster = (1 + ops.sqrt(1 + 4 * ops.square(speed))) / 2
            return found, found + (speed - 1) / faster * (found - code), faster

        start = ops.zeros_like(target)
        code, *_ = ops.fori_loop(0, self.num_steps, step, (start, start, ops.ones(())))
        return ops.cast(ops.stop_gradient(code), self.compute_dtype)

    def _shrunk(self, code, by):
        """Returns codes nearer to zero, but not beyond."""
        smaller = ops.relu(code - by)
        return smaller if self.positive else smaller - ops.relu(-code - by)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.num_codes)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_codes": self.num_codes,
            "cost": self.cost,
            "num_steps": self.num_steps,
            "positive": self.positive,
        }


def eigenvalue_bound(matrix: Tensor, squarings: int = 5) -> Tensor:
    r"""Returns an upper bound of the largest eigenvalue of a positive matrix, near it.

    $\lambda_1 \leq \| A^m \|_F^{1/m} \leq n^{1/2m} \lambda_1$, $m = 2^k$ for $k$ squarings.

    Args:
        matrix: $A$, symmetric, of $n$ rows.
        squarings: $k$. Default 5.
    """
    scale = ops.zeros(())  # the logarithm of what the matrix was divided by
    for _ in range(squarings):
        norm = ops.norm(matrix)
        matrix = ops.matmul(matrix / norm, matrix / norm)
        scale = 2 * (scale + ops.log(norm))
    return ops.exp((scale + ops.log(ops.norm(matrix))) / 2**squarings)
