"""Pooling by an average that counts the centre of a window most."""

import itertools
import math
from typing import Any

from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.windows import Pooling2D, is_number


@register
class WeightedAveragePooling2D(Pooling2D):
    r"""Makes of every window of an image an average with weights by distance from its centre.

    $$y = \frac{\sum_i w_i x_i}{\sum_i w_i}, \qquad
    w_i = \exp\Big(-\frac{\lVert r_i - r_0 \rVert^2}{2 \sigma^2}\Big)$$

    with $r_i$ the place of a pixel and $r_0$ the centre of the window. Pixels beyond the border of
    a padded image do not count. It smooths before it subsamples, so that a pooled image moves
    less abruptly with its object than one of `keras.layers.AveragePooling2D`.

    Args:
        pool_size: height and width of the window, or one number for both. Default 3; all pixels
            of a window of 2 are as far from its centre, which leaves the plain average.
        strides: steps between windows, likewise. Default None: `pool_size`.
        padding: `"valid"`, or `"same"` for images of a known size. Default `"valid"`.
        stddev: $\sigma > 0$ in pixels; `math.inf` for the plain average. Default None: a quarter of
            the longer side of the window.
        data_format: `"channels_last"` or `"channels_first"`. Default None: Keras's own.

    Returns:
        On call with images of shape `(batch, height, width, channels)`, a tensor of shape
        `(batch, pooled_height, pooled_width, channels)`.

    Raises:
        ValueError: for arguments out of range, or a window larger than the image.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(16, 5),
    ...     WeightedAveragePooling2D(3, strides=2)])
    >>> network.output_shape
    (None, 11, 11, 16)

    References: Goodfellow, Bengio, Courville (2016), Deep learning, section 9.3. Zhang (2019),
    Making convolutional networks shift-invariant again. ICML.
    """

    def __init__(
        self,
        pool_size: int | tuple[int, int] = 3,
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
        stddev: float | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)
        if stddev is None:
            stddev = max(self.pool_size) / 4
        if not is_number(stddev) or not stddev > 0:
            raise ValueError(
                "WeightedAveragePooling2D expects a number stddev > 0. Received: "
                f"stddev={stddev!r}."
            )
        self.stddev = float(stddev)

    def weights_of_window(self) -> list[float]:
        """Returns $w$ for each pixel of a window, row by row, as parts of the largest of them."""
        middle = [(size - 1) / 2 for size in self.pool_size]
        places = itertools.product(*(range(size) for size in self.pool_size))
        squares = [math.dist(place, middle) ** 2 for place in places]
        # Relative to the nearest, weights do not all vanish; a square of stddev might itself.
        nearest = min(squares)
        return [math.exp((nearest - square) / 2 / self.stddev / self.stddev) for square in squares]

    def _weighted_sum(self, images):
        places = zip(self.weights_of_window(), self.windows_of(images), strict=True)
        return sum(weight * place for weight, place in places)

    def call(self, inputs: Tensor) -> Tensor:
        images = ops.cast(inputs, "float32")
        average = self._weighted_sum(images) / self._weighted_sum(ops.ones_like(images[:1]))
        return ops.cast(average, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev}
