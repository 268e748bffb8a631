"""A classifier of few labels on features that a network learned from other images."""

from collections.abc import Callable, Iterator, Sequence

import keras

from kerasdeep.backend.types import Tensor
from kerasdeep.zoo.studies.transfer import Step

SHORT_MEMORY = 0.9


def unchanged(images: Tensor) -> Tensor:
    """Returns its argument."""
    return images


class Transferred(keras.Model):
    r"""A layer of answers, $\text{softmax}(W^\top f(x) + b)$, on a copy $f$ of other features.

    Args:
        features: built model from images to features of shape `(batch, num_features)`. It is
            copied, and stays as it is.
        image_shape: `(height, width)` or `(height, width, channels)` of the images, which may have
            another size than the features expect, and one channel where these expect more.
        num_classes: number of classes.
        anew: whether the features start from random weights. Default False: from their own.
        prepare: function from images in [0, 1] to what the features expect. Default `unchanged`.

    Returns:
        On call with rows of shape `(batch, num_values)`, probabilities of the classes.

    Raises:
        ValueError: for images that do not fit the features.
    """

    def __init__(
        self,
        features: keras.Model,
        image_shape: Sequence[int],
        num_classes: int,
        anew: bool = False,
        prepare: Callable[[Tensor], Tensor] = unchanged,
    ) -> None:
        super().__init__()
        self.fit_images = fitting(image_shape, features.input_shape[1:])
        self.prepare, self.learning = prepare, True
        self.features = keras.models.clone_model(features)
        self.answers = keras.layers.Dense(num_classes, "softmax")
        if not anew:
            self.features.set_weights(features.get_weights())
        for layer in leaves(self.features):
            if isinstance(layer, keras.layers.BatchNormalization):
                # The long averages of many networks would, after few updates, be where they began.
                layer.momentum = min(layer.momentum, SHORT_MEMORY)

    def call(self, rows: Tensor, training: bool = False) -> Tensor:
        images = self.prepare(self.fit_images(rows))
        # Frozen features run as in inference. Else batch normalization would take the averages of
        # each batch, and keep them, and so change features of which no weight changes; Keras itself
        # prevents that of layers that are frozen. Dropout and noise would act on what cannot learn
        # to bear them. It is said here, as `fit` overrides training=False in functional models.
        return self.answers(self.features(images, training=training and self.learning))

    def begin(self, step: Step, rate: float, num_updates: int) -> None:
        """Freezes what is not to learn, and compiles for the updates of one step.

        Args:
            step: `kerasdeep.zoo.studies.transfer.Step`.
            rate: the rate that its factor is of.
            num_updates: after which the rate is zero.
        """
        layers = [layer for layer in leaves(self.features) if layer.weights]
        num_frozen = len(layers) - round(step.unfrozen * len(layers))
        self.learning = num_frozen < len(layers)
        self.features.trainable = True
        # One by one, since Keras leaves the layers of a model that is trainable as they are.
        for number, layer in enumerate(layers):
            layer.trainable = number >= num_frozen
        schedule = keras.optimizers.schedules.CosineDecay(step.factor * rate, num_updates)
        self.compile(
            keras.optimizers.Adam(schedule),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
            steps_per_execution=20,
            jit_compile=False,  # XLA takes longer to compile than it saves here
        )


def leaves(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yields the layers of a model and of the models in it, from the bottom up."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from leaves(layer)
        else:
            yield layer


def fitting(image_shape: Sequence[int], expected: Sequence[int | None]) -> keras.Model:
    """Returns a model from rows of pixels to what a network expects.

    Args:
        image_shape: `(height, width)` or `(height, width, channels)` of the rows.
        expected: shape of one input of the network: `(num_values,)`, or `(height, width, channels)`
            with None for any height and width.

    Raises:
        ValueError: for rows that cannot be made to fit.
    """
    height, width, channels = (*image_shape, 1)[:3]
    rows = keras.Input((height * width * channels,))
    if len(expected) == 1:
        if rows.shape[1:] != tuple(expected):
            raise ValueError(
                f"The backbone expects rows of {expected[0]} values. Received: images of shape "
                f"{tuple(image_shape)}. Choose data of that size, or a convolutional backbone."
            )
        return keras.Model(rows, rows)
    images = keras.layers.Reshape((height, width, channels))(rows)
    size = expected[0] or height, expected[1] or width
    if size != (height, width):
        images = keras.layers.Resizing(*size, antialias=True)(images)
    if channels == 1 < expected[2]:
        images = keras.layers.Concatenate()([images] * expected[2])
    elif channels != expected[2]:
        raise ValueError(
            f"The backbone expects images with {expected[2]} channels. Received: {channels}. "
            "Choose another data set, or another backbone."
        )
    return keras.Model(rows, images)
