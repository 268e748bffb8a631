"""Rows that a member of an ensemble learns from."""

from typing import Any

import keras
import numpy as np

from kerasdeep.backend.types import ArrayLike

DRAW, ORDER = 0, 1  # keep random numbers apart that the same seed is asked for


def drawn_rows(num_rows: int, seed: int, number: int) -> np.ndarray:
    """Draws as many rows as there are, with replacement; about 1/e of them never come.

    Args:
        num_rows: how many there are.
        seed: integer seed of the ensemble.
        number: of the member, from 0.

    Returns:
        Numbers of rows, shape `(num_rows,)`, in rising order.
    """
    generator = np.random.default_rng([seed, number, DRAW])
    return np.sort(generator.integers(num_rows, size=num_rows))


class MemberRows(keras.utils.PyDataset):
    """Batches for the `fit` of one member: its rows, in an order of their own in every epoch.

    An order depends on `seed` and the numbers of member and epoch alone.

    Args:
        data: tuple of arrays, or of structures of arrays, as `(x, y)` or `(x, y, sample_weight)`.
        rows: numbers of the rows that the member learns from.
        batch_size: rows a batch; the last may be smaller.
        seed, number: as of `drawn_rows`.
        epoch: number of the first epoch, from 0.
        shuffle: whether there is another order in every epoch. Default True.
    """

    def __init__(
        self,
        data: tuple[Any, ...],
        rows: np.ndarray,
        batch_size: int,
        seed: int,
        number: int,
        epoch: int,
        shuffle: bool = True,
    ) -> None:
        super().__init__()
        self.data, self.rows, self.batch_size = data, rows, batch_size
        self.seed, self.number, self.epoch, self.shuffle = seed, number, epoch, shuffle
        self._order()

    def _order(self):
        self.order = self.rows
        if self.shuffle:
            generator = np.random.default_rng([self.seed, self.number, ORDER, self.epoch])
            self.order = generator.permutation(self.rows)

    def __len__(self) -> int:
        return -(-len(self.rows) // self.batch_size)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return keras.tree.map_structure(lambda array: array[rows], self.data)

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._order()


def as_rows(**named: ArrayLike | None) -> tuple[Any, ...]:
    """Returns NumPy arrays of what is not None, in order; raises unless they have as many rows.

    Raises:
        ValueError: for what cannot be indexed, as a `tf.data.Dataset`, or numbers that differ.
    """
    given = {name: value for name, value in named.items() if value is not None}
    sizes = {name: [] for name in given}
    for name, value in given.items():
        for part in keras.tree.flatten(value):
            if not hasattr(part, "shape") or not len(part.shape):
                raise ValueError(
                    "Bagging expects arrays, of which it draws rows. Received: "
                    f"{name} of type {type(part).__name__}. Pass arrays x and y."
                )
            sizes[name].append(len(part))
    if len(set().union(*sizes.values())) != 1:
        raise ValueError(f"Bagging expects as many rows in all arrays. Received: {sizes}.")
    # TensorFlow takes a list in a batch for one array.
    values = (tuple(value) if isinstance(value, list) else value for value in given.values())
    return keras.tree.map_structure(np.asarray, tuple(values))
