"""Rows of a data set that belong together, as `fit` and `evaluate` take them."""

import contextlib
import functools
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasdeep.backend.pipelines import without_autotuning
from kerasdeep.recipes.data.chunks import Chunks
from kerasdeep.recipes.data.pipeline import binarized, scaled, shuffled
from kerasdeep.training.data import MAX_ROWS

PREFETCHED = 2


@dataclass(frozen=True)
class Split:
    """Rows of a data set that belong together.

    Attributes:
        chunks: where they are read from; see `kerasdeep.recipes.data.chunks`.
        in_memory: whether all rows are kept in memory.
        binarization: `"none"`, `"threshold"` (a pixel is 1 above 0.5) or `"stochastic"` (a pixel is
            1 with the probability of its grey level, drawn anew every epoch).
        divisor: what pixels are divided by. Default 1.
        name: name of the data set, for an error.
        row_shape: shape of a row. Default `(-1,)`: the pixels of an image, one after the other.
        shuffled: whether the order of the rows means nothing. Default True.
    """

    chunks: Chunks
    in_memory: bool
    binarization: str = "none"
    divisor: float = 1
    name: str = "the data"
    row_shape: tuple[int, ...] = (-1,)
    shuffled: bool = True

    @property
    def num_rows(self) -> int:
        return self.chunks.num_rows

    def num_batches(self, batch_size: int) -> int:
        """Returns the number of batches in an epoch; the last one may be smaller."""
        return -(-self.num_rows // batch_size)

    def class_counts(self, num_classes: int | None) -> list[int] | None:
        """Returns how many rows there are of each class, or None without labels."""
        labels = self.chunks.labels()
        return None if labels is None else np.bincount(labels, minlength=num_classes).tolist()

    def batches(self, batch_size: int, labels: bool = False) -> tf.data.Dataset:
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
        return without_autotuning(dataset.prefetch(PREFETCHED))

    def epochs(
        self,
        batch_size: int,
        first: int,
        last: int,
        seed: int = 0,
        labels: bool = False,
        rows: np.ndarray | None = None,
        targets: np.ndarray | None = None,
    ) -> tf.data.Dataset:
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
            rows: numbers of rows to yield in place of each once, as many. Default None.
            targets: what to yield beside the images in place of labels, for each row. Default None.

        Returns:
            A `tf.data.Dataset`; `fit` needs `steps_per_epoch=num_batches(batch_size)` with it.

        Raises:
            ValueError: for chosen rows, or targets, of a stream.
        """
        if not (rows is None and targets is None) and not self.in_memory:
            raise ValueError(
                f"Expected {self.name} in memory, to find rows of it. Received: a stream. Leave "
                "--stream out."
            )
        beside = labels or targets is not None
        if targets is not None:
            with tf.init_scope():
                targets = tf.constant(targets)
        epochs = tf.data.Dataset.range(first, last).flat_map(
            lambda epoch: self._epoch(batch_size, (seed, epoch), beside, True, rows, targets)
        )
        return without_autotuning(epochs.prefetch(PREFETCHED))

    def _epoch(self, batch_size, seed, labels, shuffle, rows=None, targets=None):
        seed = tf.stack([tf.cast(number, "int64") for number in seed])
        if self.in_memory:
            batches = self._in_memory(batch_size, seed, shuffle, rows, targets)
        else:
            batches = self._streamed(batch_size, seed, shuffle)
        dataset = binarized(batches, self.binarization, seed)
        if self.row_shape != (-1,):
            dataset = dataset.map(lambda x, y: (tf.reshape(x, (-1, *self.row_shape)), y))
        return dataset if labels else dataset.map(lambda x, y: x)

    def rows(self, num_rows: int = MAX_ROWS) -> tuple[np.ndarray, np.ndarray]:
        """Returns rows that stand for all, `some` of them, as NumPy arrays `(images, labels)`.

        Args:
            num_rows: how many, or all that there are. Default 10,000, which is what a model is told
                of the data before it is trained. Of a stream, the first.
        """
        chosen = self.some(num_rows) if self.in_memory else None
        epoch = self._epoch(num_rows, (0, 0), labels=True, shuffle=False, rows=chosen)
        return next(without_autotuning(epoch).as_numpy_iterator())

    def some(self, num_rows: int) -> np.ndarray:
        """Returns the numbers of rows that stand for all.

        The first ones, or, where their order may be that of the classes, from all parts alike.

        Args:
            num_rows: how many, or all that there are.
        """
        number = min(num_rows, self.num_rows)
        last = number - 1 if self.shuffled else self.num_rows - 1
        return np.linspace(0, last, number).astype(int)

    def images(self) -> np.ndarray:
        """Returns the images of all rows as `batches` yields them, binarized where that is so."""
        return np.concatenate(list(self.batches(1000).as_numpy_iterator()))

    @functools.cached_property
    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """All rows as arrays `(images, labels)`; labels are -1 where there are none."""
        with self._enough_memory():
            images, labels = zip(*scaled(self.chunks, self.divisor, self.name), strict=True)
            return np.concatenate(images), np.concatenate(labels)

    @functools.cached_property
    def tensors(self) -> list[tf.Tensor]:
        """The `arrays` as tensors, which a graph refers to and does not copy."""
        # Made outside of any graph, which has a limit of 2 GB.
        with tf.init_scope(), self._enough_memory():
            return [tf.constant(array) for array in self.arrays]

    @contextlib.contextmanager
    def _enough_memory(self):
        try:
            yield
        except (MemoryError, tf.errors.ResourceExhaustedError):
            raise ValueError(
                f"Expected memory for all {self.num_rows} rows of {self.name}. Received: not so "
                "much. Pass --stream, which reads them anew in every epoch."
            ) from None

    def _in_memory(self, batch_size, seed, shuffle, rows, targets):
        images, labels = self.tensors
        beside = labels if targets is None else targets
        order = tf.range(self.num_rows) if rows is None else tf.constant(rows)
        if shuffle:
            order = tf.random.experimental.stateless_shuffle(order, seed)
        batches = tf.data.Dataset.from_tensor_slices(order).batch(batch_size)
        return batches.map(lambda i: (tf.gather(images, i), tf.gather(beside, i)))

    def _streamed(self, batch_size, seed, shuffle):
        first, _ = next(iter(scaled(self.chunks, self.divisor, self.name)))
        signature = (
            tf.TensorSpec((None, first.shape[1]), "float32"),
            tf.TensorSpec((None,), "int64"),
        )

        def read(seed):
            chunks = scaled(self.chunks, self.divisor, self.name)
            return shuffled(chunks, np.random.default_rng(seed)) if shuffle else chunks

        dataset = tf.data.Dataset.from_generator(read, args=(seed,), output_signature=signature)
        return dataset.rebatch(batch_size)
