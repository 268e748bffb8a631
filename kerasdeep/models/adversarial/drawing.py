"""Models that make data of noise."""

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.training.labels import classes_to_draw


class DrawsFromNoise:
    """For a model with a `generator`, perhaps an `averaged` one, `num_noise`, `noise`,

    `num_classes` and a `seed_generator`.
    """

    def generate(self, noise: ArrayLike, labels: ArrayLike | None = None) -> Tensor:
        """Returns the data that the generator makes of noise.

        Args:
            noise: array of shape `(num_samples, num_noise)`.
            labels: numbers of classes, shape `(num_samples,)`, of a conditional network alone.
                Default None.

        Returns:
            Tensor of shape `(num_samples, ...)`.

        Raises:
            ValueError: for a conditional network without labels, labels that it has not, or not
                one a row.
        """
        backend.check_built(self)
        self._check_labelled(labels)
        labels = classes_to_draw(labels, self.num_classes)
        if labels is not None and len(labels) != len(noise):
            raise ValueError(
                f"generate expects a label for each row of noise. Received: {len(labels)} labels "
                f"and {len(noise)} rows."
            )
        return self.generated(ops.cast(noise, "float32"), labels)

    def _check_labelled(self, labels):
        if labels is None and self.num_classes is not None:
            raise ValueError(
                f"{type(self).__name__} of {self.num_classes} classes sees data, or noise, beside "
                "labels. Received: none. Pass numbers of classes, one a row."
            )

    def generated(self, noise: Tensor, label: Tensor | None) -> Tensor:
        """Returns what `generate` does, of tensors."""
        generator = self.generator if self.averaged is None else self.averaged
        return self._made(generator, noise, label, training=False)

    def sample(self, num_samples: int = 16, labels: ArrayLike | None = None) -> Tensor:
        """Draws data, of a conditional network with labels that it draws too, unless told.

        Args:
            num_samples: at least 1; as many as there are labels. Default 16.
            labels: as of `generate`.

        Returns:
            Tensor of shape `(num_samples, ...)`.
        """
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        seed = self.seed_generator
        if labels is not None:
            labels = np.atleast_1d(labels)
            num_samples = len(labels)
        elif self.num_classes is not None:
            labels = np.asarray(self._some_labels(num_samples, seed))
        return self.generate(self._noise(num_samples, seed), labels)

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)

    def _noise(self, number, seed):
        shape = (number, self.num_noise)
        return (
            backend.normal(shape, seed)
            if self.noise == "normal"
            else 2 * backend.uniform(shape, seed) - 1
        )

    def _some_labels(self, number, seed):
        return ops.cast(self.num_classes * backend.uniform((number,), seed), "int32")
