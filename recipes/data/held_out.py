"""Which rows are held out: drawn by a seed, in equal shares of every class."""

import functools
from collections.abc import Sequence

import numpy as np

from kerasdeep.recipes.data.chunks import Chunks


def held_out_rows(
    num_rows: int, labels: np.ndarray | None, every: int, seed: int | Sequence[int]
) -> np.ndarray:
    """Draws one of every so many rows, of each class as near to that share as it goes.

    The rows are shuffled, then sorted by their label, and of these every so many-th is taken.

    Args:
        num_rows: number of rows.
        labels: array of their labels, or None.
        every: at least 2; `num_rows // every` rows are drawn.
        seed: what `numpy.random.default_rng` takes.

    Returns:
        Boolean array of shape `(num_rows,)`, True for the rows held out.
    """
    order = np.random.default_rng(seed).permutation(num_rows)
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    held_out = np.zeros(num_rows, bool)
    held_out[order[every - 1 :: every]] = True
    return held_out


def divide(chunks: Chunks, every: int, seed: int | Sequence[int]) -> tuple[Chunks, Chunks]:
    """Splits chunks in two: most rows, and one of every so many.

    Args:
        chunks: `Chunks`; they are not read here, but for their labels.
        every, seed: as of `held_out_rows`.

    Returns:
        `(kept, held_out)`, two `Chunks`, rows in the order of the file.
    """
    labels = chunks.labels()
    held_out = held_out_rows(chunks.num_rows, labels, every, seed)

    def read(chosen):
        start = 0
        for images, own_labels in chunks.read():
            own = chosen[start : start + len(images)]
            start += len(images)
            if own.any():
                yield images[own], None if own_labels is None else own_labels[own]

    def part(chosen):
        own_labels = None if labels is None else labels[chosen]
        return Chunks(int(chosen.sum()), functools.partial(read, chosen), lambda: own_labels)

    return part(~held_out), part(held_out)
