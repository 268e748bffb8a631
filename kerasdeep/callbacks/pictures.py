"""Pictures in TensorBoard."""

import math
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from kerasdeep import backend, pictures


class Pictures(keras.callbacks.Callback):
    """Writes pictures to TensorBoard as training goes on: filters, reconstructions, fantasies.

    Args:
        log_dir: folder of the TensorBoard logs.
        images: images to reconstruct, shape `(num_images, num_visible)`.
        image_shape: `(height, width)` or `(height, width, channels)`.
        every: epochs between two sets of pictures, at least 1. Default 10.
        steps: Gibbs steps of each fantasy. Default 100.

    Example:

    >>> rbm.fit(x, epochs=30, callbacks=[Pictures("logs", x[:20], (28, 28))])
    """

    def __init__(
        self,
        log_dir: str | Path,
        images: np.ndarray,
        image_shape: Sequence[int],
        every: int = 10,
        steps: int = 100,
    ) -> None:
        super().__init__()
        if math.prod(image_shape) != images.shape[1]:
            raise ValueError(
                f"Pictures expects images of {math.prod(image_shape)} values for image_shape="
                f"{tuple(image_shape)}. Received: images of shape {tuple(images.shape)}."
            )
        self.log_dir = log_dir
        self.images = images
        self.image_shape = image_shape
        self.every = every
        self.steps = steps

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        model = self.model
        # The layers of a model that is joined after their training draw nothing together.
        if (epoch + 1) % self.every or not getattr(model, "is_joined", lambda: True)():
            return
        shape = self.image_shape
        samples = model.sample(len(self.images), self.steps, mean=True)
        figures = {
            "filters": pictures.filters(pictures.lowest_kernel(model), shape),
            "reconstructions": pictures.reconstructions(
                self.images, model.reconstruct(self.images), shape
            ),
            "fantasies": pictures.fantasies(samples[None], [self.steps], shape),
        }
        backend.write_images(self.log_dir, figures, epoch)
