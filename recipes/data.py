"""Data sets for the recipes: images in [0, 1], split, binarized, in memory or streamed."""

import functools
import itertools
import os
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from kerasdeep.recipes.readers import Chunks, open_source

BINARIZATIONS = ("none", "threshold", "stochastic")
SHUFFLE_ROWS = 10_000
TEST_EVERY = 5


@dataclass(frozen=True)
class Split:
    """Rows of a data set that belong together.

    Attributes:
        chunks: where they are read from; see `kerasdeep.recipes.readers`.
        in_memory: whether all rows are kept in memory.
        binarization: `"none"`, `"threshold"` (a pixel is 1 above 0.5) or `"stochastic"` (a pixel is
            1 with the probability of its grey level, drawn anew every epoch).
        row_shape: shape of a row. Default `(-1,)`: the pixels of an image, one after the other.
    """

    chunks: Chunks
    in_memory: bool
    binarization: str = "none"
    row_shape: tuple = (-1,)

    @property
    def num_rows(self):
        return self.chunks.num_rows

    def num_batches(self, batch_size):
        """Returns the number of batches in an epoch; the last one may be smaller."""
        return -(-self.num_rows // batch_size)

    def batches(self, batch_size, labels=False):
        """Returns the rows once, in their order, in batches, as `evaluate` takes them.

        Args:
            batch_size: rows a batch, at least 1; the last batch may be smaller.
            labels: whether to yield `(images, labels)` and not images alone. Default False.

        Returns:
            A `tf.data.Dataset` of float32 images of shape `(batch, *row_shape)`.
        """
        dataset = self._epoch(batch_size, (0, 0), labels, shuffle=False)
        dataset = dataset.apply(
            tf.data.experimental.assert_cardinality(self.num_batches(batch_size))
        )
        return dataset.prefetch(tf.data.AUTOTUNE)

    def epochs(self, batch_size, first, last, seed=0, labels=False):
        """Returns the batches of several epochs in a row, as `fit` takes them.

        An epoch's order, and its binarization, depend on `seed` and the number of the epoch alone:
        what starts at epoch 7 goes on exactly as what started at 0. Streams are shuffled within
        10,000 rows.

        Args:
            batch_size: rows a batch, at least 1; the last batch of an epoch may be smaller.
            first: number of the first epoch, from 0.
            last: number of the epoch to stop before.
            seed: integer seed. Default 0.
            labels: whether to yield `(images, labels)` and not images alone. Default False.

        Returns:
            A `tf.data.Dataset`; `fit` needs `steps_per_epoch=num_batches(batch_size)` with it.
        """
        epochs = tf.data.Dataset.range(first, last).flat_map(
            lambda epoch: self._epoch(batch_size, (seed, epoch), labels, shuffle=True)
        )
        return epochs.prefetch(tf.data.AUTOTUNE)

    def _epoch(self, batch_size, seed, labels, shuffle):
        batches = self._in_memory if self.in_memory else self._streamed
        seed = tf.stack([tf.cast(number, "int64") for number in seed])
        dataset = batches(batch_size, seed, shuffle)
        if self.binarization == "stochastic":
            numbered = dataset.enumerate()
            dataset = numbered.map(lambda i, batch: _draw(batch, tf.random.fold_in(seed, i)))
        elif self.binarization == "threshold":
            dataset = dataset.map(lambda x, y: (tf.cast(x > 0.5, "float32"), y))
        if self.row_shape != (-1,):
            dataset = dataset.map(lambda x, y: (tf.reshape(x, (-1, *self.row_shape)), y))
        return dataset if labels else dataset.map(lambda x, y: x)

    def rows(self, num_rows):
        """Returns the first rows as NumPy arrays `(images, labels)`."""
        return next(self.batches(num_rows, labels=True).as_numpy_iterator())

    @functools.cached_property
    def arrays(self):
        """All rows as arrays `(images, labels)`; labels are -1 where there are none."""
        images, labels = zip(*_scaled(self.chunks), strict=True)
        return np.concatenate(images), np.concatenate(labels)

    @functools.cached_property
    def tensors(self):
        """The `arrays` as tensors, which a graph refers to and does not copy."""
        # Made outside of any graph, which has a limit of 2 GB.
        with tf.init_scope():
            return [tf.constant(array) for array in self.arrays]

    def _in_memory(self, batch_size, seed, shuffle):
        images, labels = self.tensors
        order = tf.range(self.num_rows)
        if shuffle:
            order = tf.random.experimental.stateless_shuffle(order, seed)
        batches = tf.data.Dataset.from_tensor_slices(order).batch(batch_size)
        return batches.map(lambda i: (tf.gather(images, i), tf.gather(labels, i)))

    def _streamed(self, batch_size, seed, shuffle):
        first, _ = next(iter(_scaled(self.chunks)))
        signature = (
            tf.TensorSpec((None, first.shape[1]), "float32"),
            tf.TensorSpec((None,), "int64"),
        )

        def read(seed):
            chunks = _scaled(self.chunks)
            return _shuffled(chunks, np.random.default_rng(seed)) if shuffle else chunks

        dataset = tf.data.Dataset.from_generator(read, args=(seed,), output_signature=signature)
        return dataset.rebatch(batch_size)


@dataclass(frozen=True)
class Images:
    """A data set for a recipe.

    Attributes:
        name: its name.
        image_shape: `(height, width)` or `(height, width, channels)`.
        num_classes: number of classes, or None without labels.
        train, validation, test: its `Split`s. Validation rows are taken from the training data;
            `validation` is None where none were asked for.
    """

    name: str
    image_shape: tuple
    num_classes: int | None
    train: Split
    validation: Split | None
    test: Split

    def unflattened(self):
        """Returns the same with rows of shape `(height, width, channels)`."""
        height, width, *channels = self.image_shape

        def image_rows(split):
            return split and replace(split, row_shape=(height, width, *(channels or [1])))

        parts = ("train", "validation", "test")
        return replace(self, **{name: image_rows(getattr(self, name)) for name in parts})


def load(name, binarization="none", validation_every=10, stream=None, download=False):
    """Loads a data set.

    Args:
        name: `"digits"` (scikit-learn's 1,797 digits, built in), an image set of
            tensorflow-datasets, or a path to an `.npz` or `.npy` file.
        binarization: `"none"`, `"threshold"` or `"stochastic"`. Default `"none"`.
        validation_every: every so many-th training row is held out for validation, unless the data
            set has a validation set of its own. At least 2, or 0 for none. Default 10. Where
            there is no test set, every fifth row is taken for one first.
        stream: whether to read the rows anew every epoch instead of keeping them in memory. Default
            None: if they would fill more than a quarter of it.
        download: whether tensorflow-datasets may fetch what is missing. Default False.

    Returns:
        `Images`.

    Raises:
        ValueError: for an unknown, missing or unreadable data set, or one of less than ten rows.
    """
    if binarization not in BINARIZATIONS:
        raise ValueError(
            f"Expected a binarization: {', '.join(BINARIZATIONS)}. Received: {binarization!r}."
        )
    source = open_source(name, download)
    train, validation, test = source.train, source.validation, source.test
    if test is None:
        train, test = _divide(train, TEST_EVERY)
    if validation is None and validation_every:
        train, validation = _divide(train, validation_every)
    parts = (train, validation, test)
    if any(part is not None and part.num_rows == 0 for part in parts):
        raise ValueError(
            "Expected rows enough to train, validate and test. Received: "
            f"{source.train.num_rows} rows in {name!r}, validation_every={validation_every}."
        )
    if stream is None:
        num_bytes = 4 * train.num_rows * int(np.prod(source.image_shape))
        stream = num_bytes > os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    splits = [part and Split(part, not stream, binarization) for part in parts]
    return Images(source.name, tuple(source.image_shape), source.num_classes, *splits)


def _divide(chunks, every):
    """Splits chunks in two: all rows but every so many-th, and those."""
    held_out = chunks.num_rows // every

    def read(keep_held_out):
        start = 0
        for images, labels in chunks.read():
            chosen = (np.arange(start, start + len(images)) % every == every - 1) == keep_held_out
            start += len(images)
            if chosen.any():
                yield images[chosen], None if labels is None else labels[chosen]

    return (
        Chunks(chunks.num_rows - held_out, functools.partial(read, False)),
        Chunks(held_out, functools.partial(read, True)),
    )


def _scaled(chunks):
    """Yields chunks as float32 images and int64 labels, -1 where there are none.

    Whole numbers are divided by 255, unless the first chunk holds only 0 and 1.
    """
    divisor = None
    for images, labels in chunks.read():
        if divisor is None:
            grey_levels = images.dtype.kind in "iu" and images.max() > 1
            divisor = np.float32(255 if grey_levels else 1)
        if labels is None:
            labels = np.full(len(images), -1)
        images = images.astype("float32") / divisor
        if not (images.min() >= 0 and images.max() <= 1):
            raise ValueError(
                "Expected images with values in [0, 1], or whole numbers up to 255. Received: "
                f"min={images.min():g}, max={images.max():g}. Scale them, and replace NaN."
            )
        yield images, labels.astype("int64")


def _shuffled(chunks, generator):
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


def _draw(batch, seed):
    images, labels = batch
    uniform = tf.random.stateless_uniform(tf.shape(images), seed)
    return tf.cast(uniform < images, "float32"), labels
