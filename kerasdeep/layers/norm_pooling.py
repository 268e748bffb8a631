"""Pooling by a norm."""

from typing import Any

from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.windows import Pooling2D, is_number, norm


@register
class NormPooling2D(Pooling2D):
    r"""Makes of every window of an image the $L^p$ norm of its values.

    $$y = \Big(\sum_{i \in \text{window}} |x_i|^p\Big)^{1/p}$$

    $p = 1$ is the window's size times the average of $|x|$, $p \to \infty$ the largest $|x|$; in
    between, the larger values count for more. It is computed in float32 under any policy, and
    beyond the border of a padded image is zero. A window of zeros has gradient 0.

    Args:
        pool_size: height and width of the window, or one number for both. Default 2.
        strides: steps between windows, likewise. Default None: `pool_size`.
        padding: `"valid"`, or `"same"` for images of a known size. Default `"valid"`.
        p: at least 1; `math.inf` for the largest. Default 2.0.
        data_format: `"channels_last"` or `"channels_first"`. Default None: Keras's own.

    Returns:
        On call with images of shape `(batch, height, width, channels)`, a tensor of shape
        `(batch, pooled_height, pooled_width, channels)`.

    Raises:
        ValueError: for arguments out of range, or a window larger than the image.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)),
    ...     keras.layers.Conv2D(16, 5, activation="relu"), NormPooling2D(2)])
    >>> network.output_shape
    (None, 12, 12, 16)

    References: Goodfellow, Bengio, Courville (2016), Deep learning, section 9.3. Sermanet,
    Chintala, LeCun (2012), Convolutional neural networks applied to house numbers digit
    classification. ICPR.
    """

    def __init__(
        self,
        pool_size: int | tuple[int, int] = 2,
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
        p: float = 2.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)
        if not is_number(p) or not p >= 1:
            raise ValueError(
                f"NormPooling2D expects a number p >= 1, which makes a norm. Received: p={p!r}."
            )
        self.p = float(p)

    def call(self, inputs: Tensor) -> Tensor:
        pooled = norm(self.windows_of(ops.cast(inputs, "float32")), self.p)
        return ops.cast(pooled, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "p": self.p}
