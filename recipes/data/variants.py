"""MNIST made harder: turned digits, and digits on noise; as Larochelle and others made them.

The rows are made anew from MNIST, the same every time: of its 70,000 images, in an order drawn
once, the first 12,000 to train, the next 50,000 to test. Which rows the published sets took is not
known; a number is to be compared with published ones as of another draw of the same kind.

Reference: Larochelle, Erhan, Courville, Bergstra, Bengio (2007), An empirical evaluation of deep
architectures on problems with many factors of variation. ICML.
"""

import functools
from collections.abc import Callable

import keras
import numpy as np

from kerasdeep.recipes.data.chunks import CHUNK_ROWS, Chunks, Source
from kerasdeep.recipes.data.tensorflow_dataset import open_tensorflow_dataset

NUM_TRAIN, NUM_TEST, SIDE = 12_000, 50_000, 28


def rotated(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns bytes of images, each turned about its centre by an angle from all there are.

    Args:
        images: bytes, shape `(num_images, 28, 28)`.
        rng: NumPy random generator.
    """
    angle = rng.uniform(0, 2 * np.pi, len(images))
    cosine, sine, middle = np.cos(angle), np.sin(angle), (SIDE - 1) / 2
    moved_x = middle - cosine * middle + sine * middle
    moved_y = middle - sine * middle - cosine * middle
    zero = np.zeros_like(angle)
    transform = np.stack([cosine, -sine, moved_x, sine, cosine, moved_y, zero, zero], axis=1)
    turned = keras.ops.image.affine_transform(
        images[..., None].astype("float32"), transform.astype("float32"), fill_mode="constant"
    )
    return np.rint(np.asarray(turned)[..., 0]).astype("uint8")


def noisy_background(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns bytes of images on noise: a pixel is what is brighter, the digit or a random byte.

    Args:
        images: bytes, shape `(num_images, 28, 28)`.
        rng: NumPy random generator.
    """
    return np.maximum(images, rng.integers(0, 256, images.shape, dtype="uint8"))


VARIANTS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "mnist-rotated": rotated,
    "mnist-noisy-background": noisy_background,
}


def open_variant(name: str, download: bool = False) -> Source:
    """Returns a variant of MNIST.

    Args:
        name: one of `VARIANTS`.
        download: whether tensorflow-datasets may fetch MNIST where it is missing. Default False.

    Raises:
        ValueError: where MNIST is missing.
    """
    source = open_tensorflow_dataset("mnist", download)
    made = functools.cache(lambda: _rows(name, source))

    def part(start, number):
        def read():
            images, labels = (both[start : start + number] for both in made())
            for first in range(0, number, CHUNK_ROWS):
                yield images[first : first + CHUNK_ROWS], labels[first : first + CHUNK_ROWS]

        return Chunks(number, read, lambda: made()[1][start : start + number])

    parts = part(0, NUM_TRAIN), part(NUM_TRAIN, NUM_TEST)
    return Source(name, (SIDE, SIDE), source.labels, *parts)


def _rows(name, source):
    """Returns the bytes and the labels of all rows of a variant."""
    chunks = [chunk for part in (source.train, source.test) for chunk in part.read()]
    images, labels = (np.concatenate(both) for both in zip(*chunks, strict=True))
    rng = np.random.default_rng(0)
    order = rng.permutation(len(images))[: NUM_TRAIN + NUM_TEST]
    changed = [
        VARIANTS[name](images[own].reshape(-1, SIDE, SIDE), rng)
        for own in np.array_split(order, len(order) // CHUNK_ROWS)
    ]
    return np.concatenate(changed).reshape(len(order), -1), labels[order]
