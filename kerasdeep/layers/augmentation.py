"""Random changes of images in training, which resume."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.seeds import ReplicaSeeds
from kerasdeep.backend.types import Tensor

# Those that draw by the seed they are given, for each image alone, and keep its size.
CHANGES = (
    keras.layers.RandomBrightness,
    keras.layers.RandomColorDegeneration,
    keras.layers.RandomContrast,
    keras.layers.RandomElasticTransform,
    keras.layers.RandomErasing,
    keras.layers.RandomFlip,
    keras.layers.RandomGaussianBlur,
    keras.layers.RandomGrayscale,
    keras.layers.RandomHue,
    keras.layers.RandomInvert,
    keras.layers.RandomPerspective,
    keras.layers.RandomPosterization,
    keras.layers.RandomRotation,
    keras.layers.RandomSaturation,
    keras.layers.RandomSharpness,
    keras.layers.RandomShear,
    keras.layers.RandomTranslation,
    keras.layers.RandomZoom,
)


@register
class Augmentation(SavedRandomState, keras.layers.Layer):
    """Changes images at random in training, by Keras's own layers, and resumes.

    As `keras.layers.Pipeline`, but that a training which was interrupted and goes on sees the same
    changes as one that was not: what its layers draw hangs on one random state, which is saved with
    the model. On several devices each draws for itself. Outside of training images pass unchanged.

    Args:
        layers: layers of Keras that change images at random, as `keras.layers.RandomRotation`, in
            their order. Their own seeds do not count.
        seed: integer seed of what they draw. Default None: from Keras's global seed.

    Returns:
        On call with images of shape `(batch, height, width, channels)`, images of that shape.

    Raises:
        ValueError: for layers that draw no change of images, or such as change their size, mix
            several, or draw by seeds of their own, as `keras.layers.RandAugment`.

    Example:

    >>> shifted = keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant")
    >>> network = keras.Sequential([keras.Input((28, 28, 1)), Augmentation([shifted]),
    ...     keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

    Reference: Simard, Steinkraus, Platt (2003), Best practices for convolutional neural networks
    applied to visual document analysis. ICDAR.
    """

    def __init__(
        self, layers: Sequence[keras.layers.Layer], seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for layer in layers:
            if not isinstance(layer, CHANGES):
                known = ", ".join(kind.__name__ for kind in CHANGES)
                raise ValueError(
                    "Augmentation expects layers that change each image at random, as "
                    f"keras.layers.RandomRotation. Received: {type(layer).__name__}. Choose of "
                    f"{known}."
                )
        self.layers, self.seed = list(layers), seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for layer in self.layers:
            layer.build(input_shape)
        super().build(input_shape)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training:
            return inputs
        images, seeds = inputs, ReplicaSeeds(self.seed_generator)
        for layer in self.layers:
            change = layer.get_random_transformation(images, training=True, seed=seeds)
            images = layer.transform_images(images, change, training=True)
        return images

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        layers = keras.saving.serialize_keras_object(self.layers)
        return {**super().get_config(), "layers": layers, "seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Augmentation":
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})
