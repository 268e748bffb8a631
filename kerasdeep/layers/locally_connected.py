"""Convolution without shared weights."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from kerasdeep.backend.arguments import positive_integer
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.layers.windows import Windowed2D


@register
class LocallyConnected2D(Windowed2D):
    r"""A `keras.layers.Conv2D` of which every place has weights of its own.

    $$y_{rcf} = g\Big(b_{rcf} + \sum_{ijk} w_{rc(ijk)f}\; x_{sr + i,\, tc + j,\, k}\Big)$$

    with $(r, c)$ the place of a window, $s$ and $t$ the strides, $(i, j)$ a pixel of the window,
    $k$ a channel and $f$ a filter. What is learned at one place is not known at the others: for
    images whose parts keep their places, as portraits. Either data format has a `kernel` of shape
    `(rows, columns, kernel_height * kernel_width * channels, filters)` and a `bias` of shape
    `(rows, columns, filters)`. A call copies every window.

    Args:
        filters: at least 1, units at each place.
        kernel_size: height and width of a window, or one number for both.
        strides: steps between windows, likewise. Default 1.
        padding: `"valid"`, or `"same"`, beyond the border zeros. Default `"valid"`.
        activation: $g$, one of Keras. Default None: none.
        use_bias: whether there is a $b$. Default True.
        kernel_initializer: of Keras, for fans of one place. Default `"glorot_uniform"`.
        bias_initializer: of Keras. Default `"zeros"`.
        kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint: Default None.
        data_format: `"channels_last"` or `"channels_first"`. Default None: Keras's own.

    Returns:
        On call with images `(batch, height, width, channels)`, `(batch, rows, columns, filters)`.

    Raises:
        ValueError: for arguments out of range, images of an unknown size or less than a window.

    Example:

    >>> network = keras.Sequential([keras.Input((28, 28, 1)),
    ...     LocallyConnected2D(8, 5, strides=2, activation="relu")])
    >>> network.output_shape
    (None, 12, 12, 8)

    References: LeCun (1989), Generalization and network design strategies. Connectionism in
    perspective. Taigman, Yang, Ranzato, Wolf (2014), DeepFace. CVPR.
    """

    size_name = "kernel_size"

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
        activation: str | Callable[[Tensor], Tensor] | None = None,
        use_bias: bool = True,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        bias_initializer: str | keras.initializers.Initializer = "zeros",
        kernel_regularizer: str | keras.regularizers.Regularizer | None = None,
        bias_regularizer: str | keras.regularizers.Regularizer | None = None,
        kernel_constraint: str | keras.constraints.Constraint | None = None,
        bias_constraint: str | keras.constraints.Constraint | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(kernel_size, strides, padding, data_format, **kwargs)
        self.filters = positive_integer(filters, "filters", "LocallyConnected2D")
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    @property
    def kernel_size(self) -> tuple[int, int]:
        return self.window_size

    @property
    def _channel_axis(self):
        return 3 if self.data_format == "channels_last" else 1

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        output_shape = self.compute_output_shape(input_shape)
        places = tuple(output_shape[axis] for axis in self._axes)
        num_inputs = math.prod(self.kernel_size) * input_shape[self._channel_axis]
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*places, num_inputs, self.filters),
            initializer=self._initial_kernel,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(*places, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = keras.layers.InputSpec(shape=(None, *input_shape[1:]))
        super().build(input_shape)

    def _initial_kernel(self, shape, dtype=None):
        by_fans = keras.initializers.VarianceScaling, keras.initializers.Orthogonal
        if not isinstance(self.kernel_initializer, by_fans):
            return self.kernel_initializer(shape, dtype=dtype)
        # Keras takes the places for a part of the window: its fans are as many times too large.
        window = (*self.kernel_size, shape[2] // math.prod(self.kernel_size))
        weights = self.kernel_initializer((*shape[:2], *window, self.filters), dtype=dtype)
        return math.sqrt(math.prod(shape[:2])) * ops.reshape(weights, shape)

    def call(self, inputs: Tensor) -> Tensor:
        # Rows and columns first, images last: windows are copied and multiplied in whole blocks.
        images = ops.transpose(inputs, (*self._axes, self._channel_axis, 0))
        windows = ops.concatenate(self.windows_of(images, axes=(0, 1)), axis=2)
        outputs = ops.matmul(ops.transpose(self.kernel, (0, 1, 3, 2)), windows)
        if self.use_bias:
            outputs = outputs + ops.expand_dims(self.bias, -1)
        last = self.data_format == "channels_last"
        return self.activation(ops.transpose(outputs, (3, 0, 1, 2) if last else (3, 2, 0, 1)))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        if None in input_shape[1:]:
            raise ValueError(
                "LocallyConnected2D expects images of a known size, for each place has weights. "
                f"Received: inputs of shape {tuple(input_shape)}. Pass the size to keras.Input."
            )
        shape = list(super().compute_output_shape(input_shape))
        shape[self._channel_axis] = self.filters
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        parts = itertools.product(("kernel", "bias"), ("initializer", "regularizer", "constraint"))
        objects = {name: serialized(getattr(self, name)) for name in map("_".join, parts)}
        activation = keras.activations.serialize(self.activation)
        own = {"filters": self.filters, "activation": activation, "use_bias": self.use_bias}
        return {**super().get_config(), **own, **objects}
