"""Rows of a data set that are chosen by their class."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.data.chunks import Chunks


def evenly(labels: np.ndarray, num_rows: int, seed: int) -> np.ndarray:
    """Returns numbers of rows drawn at random, as many of each class as of any other.

    Where that cannot be, some have one more; of classes that have too few, all are drawn. What is
    drawn begins with all that is drawn of fewer rows.

    Args:
        labels: classes of all rows, array of shape `(rows,)`.
        num_rows: how many to draw.
        seed: integer seed.

    Returns:
        Array of shape `(num_rows,)`.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    turns = np.empty(len(labels), int)
    for own in np.unique(labels):
        (places,) = np.nonzero(labels[order] == own)
        turns[places] = np.arange(len(places))
    return order[np.argsort(turns, kind="stable")][:num_rows]


def of_classes(images: Images, classes: Sequence[int]) -> Images:
    """Returns the rows of some classes alone, which are then called 0, 1, 2, ...

    Args:
        images: a data set with labels.
        classes: the classes, rising.
    """
    names = images.labels or range(images.num_classes)
    labels = tuple(names[one] for one in classes)
    parts = {part: getattr(images, part) for part in ("train", "validation", "test")}
    return replace(
        images,
        num_classes=len(labels),
        labels=None if labels == tuple(range(len(labels))) else labels,
        **{
            part: split and replace(split, chunks=_chosen(split.chunks, classes))
            for part, split in parts.items()
        },
    )


def _chosen(chunks, classes):
    own = chunks.labels()
    labels = np.searchsorted(classes, own[np.isin(own, classes)])

    def read():
        for images, found in chunks.read():
            kept = np.isin(found, classes)
            if kept.any():
                yield images[kept], np.searchsorted(classes, found[kept])

    return Chunks(len(labels), read, lambda: labels)
