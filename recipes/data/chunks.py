"""Part of a data set, read piece by piece, so that it never has to be in memory at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

CHUNK_ROWS = 4096


@dataclass(frozen=True)
class Chunks:
    """Rows of a data set that are still in their file.

    Attributes:
        num_rows: their number.
        read: function that starts reading. It yields `(images, labels)`, some thousand rows at a
            time: images of shape `(rows, num_pixels)` in their original type, and labels of shape
            `(rows,)` or None.
        labels: function that returns the labels of all rows, in their order, or None.
    """

    num_rows: int
    read: Callable[[], Iterable[tuple[np.ndarray, np.ndarray | None]]]
    labels: Callable[[], np.ndarray | None]


@dataclass(frozen=True)
class Source:
    """A data set as its files have it: `test` is None where it has no test set of its own.

    `labels` are all that rows may have, rising, or None. `shuffled` tells that their order means
    nothing; that of a user's file may be that of the classes.
    """

    name: str
    image_shape: tuple[int, ...]
    labels: tuple[int, ...] | None
    train: Chunks
    test: Chunks | None = None
    validation: Chunks | None = None
    shuffled: bool = True


def image_shape_of_row(num_pixels: int) -> tuple[int, int]:
    """Returns the shape in which a plain row of values is shown: as near a square as it goes."""
    height = int(num_pixels**0.5)
    while num_pixels % height:
        height -= 1
    return height, num_pixels // height
