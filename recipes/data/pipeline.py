"""Steps of the tf.data pipelines that recipes make."""

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import tensorflow as tf

from kerasdeep.recipes.data.chunks import Chunks

SHUFFLE_ROWS = 10_000


def scaled(chunks: Chunks, divisor: float, name: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields chunks as float32 images and int64 labels, -1 where there are none.

    Args:
        chunks: `kerasdeep.recipes.data.chunks.Chunks`.
        divisor: what images are divided by.
        name: name of the data set, for an error.

    Raises:
        ValueError: for images with values that are not in [0, 1] then.
    """
    for images, labels in chunks.read():
        if labels is None:
            labels = np.full(len(images), -1)
        if not (images.min() >= 0 and images.max() <= divisor):
            bound = f"whole numbers up to {divisor:g}" if divisor > 1 else "values in [0, 1]"
            raise ValueError(
                f"Expected images with {bound} in {name}. Received: min={images.min():g}, "
                f"max={images.max():g}. Scale them, and replace NaN."
            )
        yield images.astype("float32") / np.float32(divisor), labels.astype("int64")


def shuffled(
    chunks: Iterable[tuple[np.ndarray, np.ndarray]], generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the rows of chunks in random order within windows of at least 10,000 rows."""
    window, count = [], 0
    for chunk in itertools.chain(chunks, [None]):
        if chunk is not None:
            window.append(chunk)
            count += len(chunk[0])
        if window and (chunk is None or count >= SHUFFLE_ROWS):
            images, labels = (np.concatenate(part) for part in zip(*window, strict=True))
            order = generator.permutation(count)
            yield images[order], labels[order]
            window, count = [], 0


def binarized(dataset: tf.data.Dataset, how: str, seed: tf.Tensor) -> tf.data.Dataset:
    """Makes zeros and ones of the grey levels of batches.

    Args:
        dataset: batches of `(images, labels)`.
        how: `"none"`, `"threshold"` (a pixel is 1 above 0.5) or `"stochastic"` (a pixel is 1 with
            the probability of its grey level).
        seed: two integers, as a tensor; what is drawn depends on them and the place of the batch.
    """
    if how == "none":
        return dataset
    if how == "threshold":
        return dataset.map(lambda x, y: (tf.cast(x > 0.5, "float32"), y))

    def draw(index, batch):
        images, labels = batch
        uniform = tf.random.stateless_uniform(tf.shape(images), tf.random.fold_in(seed, index))
        return tf.cast(uniform < images, "float32"), labels

    return dataset.enumerate().map(draw)
