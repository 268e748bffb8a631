"""Pooling over channels, which are answers of different filters to one place."""

from typing import Any

import keras
from keras import ops

from kerasdeep.backend.arguments import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.groups import axis_number, check_groups, members, shape_of_groups
from kerasdeep.layers.windows import largest, norm

POOLINGS = ("max", "average", "norm")


@register
class CrossChannelPooling(keras.layers.Layer):
    r"""Makes one channel of every few that are side by side.

    Pooling over places makes a network indifferent to where a thing is. Pooling over the answers
    of several filters to one place lets it learn what else makes no difference: a group that
    has learned a stroke in several directions answers the stroke in any. Of a group of $k$ channels

    - `"max"` takes the largest, as `Maxout`,
    - `"average"` their mean,
    - `"norm"` their Euclidean length $\sqrt{\sum_j x_j^2}$, in float32, as subspace pooling and
      complex cells: of two filters in quadrature, the energy, whatever the phase.

    Args:
        pool_size: $k \geq 1$, channels a group. Default 2.
        pooling: `"max"`, `"average"` or `"norm"`. Default `"max"`.
        axis: the axis of the channels, not 0, that of examples. Default -1.

    Returns:
        On call, a tensor of the shape of its input, but for `axis`, which is $k$ times shorter.

    Raises:
        ValueError: for arguments out of range, or channels that are no groups of $k$.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(64, 5),
    ...     CrossChannelPooling(4, "norm")])
    >>> network.output_shape
    (None, 24, 24, 16)

    References: Goodfellow, Bengio, Courville (2016), Deep learning, section 9.3. Hyvärinen, Hoyer
    (2000), Emergence of phase- and shift-invariant features by decomposition of natural images into
    independent feature subspaces. Neural Computation 12.
    """

    def __init__(
        self, pool_size: int = 2, pooling: str = "max", axis: int = -1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = positive_integer(pool_size, "pool_size", "CrossChannelPooling")
        if pooling not in POOLINGS:
            raise ValueError(
                f"CrossChannelPooling expects one of {', '.join(POOLINGS)}. Received: "
                f"pooling={pooling!r}."
            )
        self.pooling, self.axis = pooling, axis_number(axis, "CrossChannelPooling")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_groups(self, input_shape, self.axis, self.pool_size)
        super().build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        group = members(ops.cast(inputs, "float32"), self.axis, self.pool_size)
        if self.pooling == "max":
            pooled = largest(group)
        elif self.pooling == "average":
            pooled = sum(group) / len(group)
        else:
            pooled = norm(group, 2.0)
        return ops.cast(pooled, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape_of_groups(input_shape, self.axis, self.pool_size)

    def get_config(self) -> dict[str, Any]:
        own = {"pool_size": self.pool_size, "pooling": self.pooling, "axis": self.axis}
        return {**super().get_config(), **own}
