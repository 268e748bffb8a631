"""Units that learn their own activation function."""

from typing import Any

import keras

from kerasdeep.backend.arguments import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.groups import axis_number, check_groups, members, shape_of_groups
from kerasdeep.layers.windows import largest


@register
class Maxout(keras.layers.Layer):
    r"""Maxout: every unit is the largest of several linear pieces.

    $$h_i = \max_{j = 1 \dots k} z_{ij}, \qquad z_{ij} = w_{ij}^\top x + b_{ij}$$

    The pieces $z$ are what the layer before makes, those of a unit side by side: of a `Dense` layer
    with $k$ times as many units as are wanted, or of a convolution with $k$ times as many channels.
    With enough pieces a unit learns any convex function of its field; $k = 2$ may become a
    rectifier, or $|x|$.

    Args:
        num_pieces: $k \geq 1$, linear pieces a unit. Default 2.
        axis: the axis of the pieces, not 0, that of examples. Default -1.

    Returns:
        On call, a tensor of the shape of its input, but for `axis`, which is $k$ times shorter.

    Raises:
        ValueError: for arguments out of range, or pieces that are not $k$ for every unit.

    Example:

    >>> network = keras.Sequential([keras.Input((784,)), keras.layers.Dense(5 * 240), Maxout(5),
    ...     keras.layers.Dense(10, "softmax")])

    Reference: Goodfellow, Warde-Farley, Mirza, Courville, Bengio (2013), Maxout networks. ICML.
    """

    def __init__(self, num_pieces: int = 2, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_pieces = positive_integer(num_pieces, "num_pieces", "Maxout")
        self.axis = axis_number(axis, "Maxout")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_groups(self, input_shape, self.axis, self.num_pieces)
        super().build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        return largest(members(inputs, self.axis, self.num_pieces))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape_of_groups(input_shape, self.axis, self.num_pieces)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_pieces": self.num_pieces, "axis": self.axis}
