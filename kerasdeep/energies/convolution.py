"""One set of weights for all places of an image."""

from collections.abc import Sequence
from typing import Self

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection


class Convolution(Connection):
    r"""Filters that slide over an image, without padding: $\sum_k (W^k \star s) \cdot t^k$.

    Values have the shape `(num_rows, height, width, channels)`, those of the hidden side a map for
    each filter. Hidden units exist in whole blocks only; beyond the last, maps are cut off.

    Args:
        kernel: $W$, shape `(size, size, num_channels, num_filters)`.
        block: side of a block of hidden units. Default 1.
        image_shape: `(height, width)` of the images, which `down` must know. Default None.
    """

    def __init__(
        self, kernel: Tensor, block: int = 1, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.kernel = kernel
        self.block = block
        self.image_shape = image_shape

    @property
    def weights(self) -> list[Tensor]:
        return [self.kernel]

    def up(self, statistic: Tensor) -> Tensor:
        maps = ops.conv(statistic, ops.convert_to_tensor(self.kernel), padding="valid")
        height, width = (size // self.block * self.block for size in ops.shape(maps)[1:3])
        return maps[:, :height, :width]

    def down(self, statistic: Tensor) -> Tensor:
        kernel = ops.convert_to_tensor(self.kernel)
        spread = ops.conv_transpose(statistic, kernel, padding="valid")
        height, width = ops.shape(spread)[1:3]
        beyond = self.image_shape[0] - height, self.image_shape[1] - width
        return ops.pad(spread, [[0, 0], [0, beyond[0]], [0, beyond[1]], [0, 0]])

    def one_place(self, visible: Tensor, hidden: Tensor) -> tuple[Self, Tensor, Tensor]:
        size = self.kernel.shape[:2]
        seen = ops.broadcast_to(visible, (1, *size, visible.shape[0]))
        place = Convolution(self.kernel, image_shape=size)
        return place, seen, ops.convert_to_tensor(hidden)[None, None, None]

    def with_weights(self, weights: Sequence[Tensor]) -> Self:
        return Convolution(*weights, self.block, self.image_shape)

    def of_shape(self, image_shape: tuple[int, int]) -> Self:
        """Returns the connection for images of one size."""
        return Convolution(self.kernel, self.block, image_shape)
