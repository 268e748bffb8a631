r"""Linear least squares with a ridge, from means over rows: $(A + \lambda I)^{-1} B$."""

from keras import ops

from kerasdeep.backend.types import Tensor

TINY = 1e-30  # of a matrix of zeros


def ridge_solution(hidden: Tensor, target: Tensor, ridge: float) -> Tensor:
    r"""Returns $U = (A + \lambda I)^{-1} B$, by Cholesky, in float64, as float32.

    Args:
        hidden: $A$, a mean of $h h^\top$.
        target: $B$, a mean of $h t^\top$.
        ridge: $\lambda$. As much as float32 can tell of $A$ is added to it.

    Returns:
        float32 tensor of shape `(num_hidden, num_targets)`.
    """
    matrix, target = ops.cast(hidden, "float64"), ops.cast(target, "float64")
    identity = ops.eye(matrix.shape[0], dtype="float64")
    # Of a training that diverged, which is for others to say.
    matrix = ops.where(ops.isfinite(ops.sum(matrix)), matrix, identity)
    diagonal = ridge + 1e-7 * ops.trace(matrix) / matrix.shape[0] + TINY
    factor = ops.cholesky(matrix + diagonal * identity)
    half = ops.solve_triangular(factor, target, lower=True)
    solution = ops.solve_triangular(ops.transpose(factor), half, lower=False)
    return ops.cast(solution, "float32")
