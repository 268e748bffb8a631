"""Answers to several views of an image, averaged, where training sees changed images."""

import itertools
import math
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor

AS_IT_IS = (0.0, 0.0, 0.0, 0.0)


@register
class TestTimeAugmentation(keras.layers.Wrapper):
    r"""Averages what a network answers to an image as it is, turned, scaled and moved.

    $$f(x) = \frac{1}{V} \sum_{v=1}^{V} g(T_v x)$$

    of $V$ fixed affine changes $T_v$: none, and each of the amounts below, forth and back, by
    itself; with `mirror`, all of them left to right as well. In training $f = g$, which may change
    images at random itself, as with `Augmentation`. As the changes are fixed, the answer to an
    image does not hang on the others of its batch.

    Args:
        layer: the network $g$, for images of shape `(batch, height, width, channels)`.
        rotation: degrees that images are turned by, below 360. Default 0.0.
        translation: share of height and of width, below 1, that they are moved by. Default 0.0.
        zoom: share, below 1, that they are scaled by. Default 0.0.
        mirror: whether they are mirrored too. Default False.
        dtype: policy of the changes and of the mean. Default `"float32"`, whatever the global one;
            the network has its own.

    Attributes:
        num_views: $V$, from 1 to 18.

    Returns:
        On call, what the layer returns. Pixels from outside are 0.

    Raises:
        ValueError: for amounts out of their range, or inputs that are no images.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),
    ...     keras.layers.Dense(10, "softmax")])
    >>> network = keras.Sequential([keras.Input((28, 28, 1)),
    ...     TestTimeAugmentation(network, rotation=5, translation=0.05)])

    Reference: Krizhevsky, Sutskever, Hinton (2012), ImageNet classification with deep convolutional
    neural networks, section 4.1. NIPS.
    """

    __test__ = False  # no test of pytest's, whatever its name begins with

    def __init__(
        self,
        layer: keras.layers.Layer,
        rotation: float = 0.0,
        translation: float = 0.0,
        zoom: float = 0.0,
        mirror: bool = False,
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(layer, dtype=dtype, **kwargs)
        owner = type(self).__name__
        self.rotation = backend.real_number(rotation, "rotation", owner, below=360)
        self.translation = backend.real_number(translation, "translation", owner, below=1)
        self.zoom = backend.real_number(zoom, "zoom", owner, below=1)
        self.mirror = backend.yes_or_no(mirror, "mirror", owner)
        self.supports_jit = False  # as of Keras's layers that change images

    @property
    def num_views(self) -> int:
        return len(self._views())

    def _views(self):
        """Angle, zoom, and shares of height and width of each view, and whether it is mirrored."""
        amounts = (self.rotation, self.zoom, self.translation, self.translation)
        changes = np.concatenate([np.diag(amounts), -np.diag(amounts)])
        views = [AS_IT_IS, *(tuple(change) for change in changes if change.any())]
        return list(itertools.product(views, (False, True) if self.mirror else (False,)))

    def transforms(self, height: int, width: int) -> np.ndarray:
        """Returns the changes, as `keras.ops.image.affine_transform` takes them.

        Args:
            height, width: pixels of an image.

        Returns:
            Float32 array of shape `(num_views, 8)`.
        """
        middle = np.array([width - 1, height - 1]) / 2
        rows = []
        for (angle, zoom, down, right), mirrored in self._views():
            sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
            matrix = (1 + zoom) * np.array([[cosine, -sine], [sine, cosine]])
            matrix = matrix @ np.diag([-1 if mirrored else 1, 1])
            moved = middle - matrix @ middle + [right * width, down * height]
            rows.append([*matrix[0], moved[0], *matrix[1], moved[1], 0, 0])
        return np.array(rows, "float32")

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if training:
            return ops.cast(self.layer(inputs, training=True), self.compute_dtype)
        shape = tuple(inputs.shape)
        if len(shape) != 4 or None in shape[1:3]:
            raise ValueError(
                "TestTimeAugmentation expects images of shape (batch, height, width, channels). "
                f"Received: inputs of shape {shape}. Reshape them."
            )

        def answer(transform):
            transforms = ops.tile(transform[None], (ops.shape(inputs)[0], 1))
            seen = ops.image.affine_transform(inputs, transforms, data_format="channels_last")
            return ops.cast(self.layer(seen, training=False), self.compute_dtype)

        return ops.mean(ops.map(answer, ops.convert_to_tensor(self.transforms(*shape[1:3]))), 0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        own = ("rotation", "translation", "zoom", "mirror")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}
