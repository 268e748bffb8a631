"""Networks where any two units may be connected: one unit moves after the other."""

from collections.abc import Callable

from keras import ops

from kerasdeep.backend.types import Tensor


def sweep(
    state: Tensor,
    order: Tensor,
    kernel: Tensor,
    bias: Tensor,
    move: Callable[[Tensor, Tensor], Tensor],
) -> Tensor:
    r"""Lets units move in turn, each under the field of what the others are by then.

    Args:
        state: values of the units, shape `(batch, num_units)`.
        order: integer tensor: which units move, one after the other.
        kernel: symmetric weights without diagonal, shape `(num_units, num_units)`.
        bias: shape `(num_units,)`.
        move: function from the field $\sum_j w_{ij} s_j + b_i$ of a unit and its values, both of
            shape `(batch,)`, to its new values.

    Returns:
        Tensor of the shape of `state`.
    """

    def update(number, columns):
        unit = order[number]
        field = ops.matmul(kernel[unit], columns) + bias[unit]
        return ops.scatter_update(columns, [[unit]], move(field, columns[unit])[None])

    # TensorFlow refuses to update what has no rows, as a replica may have none of a batch.
    num_rows = ops.shape(state)[0]
    state = ops.pad(state, [[0, ops.maximum(0, 1 - num_rows)], [0, 0]])
    # Units stand along the first axis, so that one of them is one row.
    columns = ops.fori_loop(0, ops.shape(order)[0], update, ops.transpose(state))
    return ops.transpose(columns)[:num_rows]
