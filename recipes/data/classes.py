"""From the labels that a data set has to classes 0, 1, 2, ..., and back."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kerasdeep.recipes.data.chunks import Chunks


def in_classes(chunks: Chunks, labels: tuple[int, ...], name: str) -> Chunks:
    """Returns `Chunks` with classes, 0, 1, 2, ..., in place of labels.

    Args:
        chunks: `kerasdeep.recipes.data.chunks.Chunks`, with labels.
        labels: tuple of the labels, rising, one a class.
        name: name of the data set, for an error.

    Raises:
        ValueError: for rows with other labels.
    """
    known, found = np.array(labels), chunks.labels()
    others = np.setdiff1d(found, known)
    if len(others):
        raise ValueError(
            f"Expected rows with the labels of those to train with, {listed(labels)}. Received: "
            f"{listed(others)} in {name!r}. Choose another data set with --dataset."
        )

    def classes(own):
        return np.searchsorted(known, own)

    def read():
        for images, own in chunks.read():
            yield images, classes(own)

    return replace(chunks, read=read, labels=lambda: classes(found))


def listed(labels: Sequence[int] | np.ndarray) -> str:
    """Returns labels as a person says them: few of them all, of many the first and the last."""
    words = [str(label) for label in labels]
    return ", ".join(words if len(words) <= 6 else [*words[:3], "...", words[-1]])
