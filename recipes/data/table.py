"""Tables of numbers to predict a number from, for regression."""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasdeep.recipes.data.chunks import Chunks
from kerasdeep.recipes.data.held_out import divide
from kerasdeep.recipes.data.images import TEST_EVERY, Images
from kerasdeep.recipes.data.sources import DIABETES, is_numpy_file
from kerasdeep.recipes.data.split import Split


@dataclass(frozen=True)
class TableSplit(Split):
    """Rows of a table that belong together; what they are to predict stands where labels do."""

    @functools.cached_property
    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        rows, targets = zip(*self.chunks.read(), strict=True)
        return np.concatenate(rows), np.concatenate(targets)


def load_table(name: str, validation_every: int = 10, split_seed: int = 0) -> Images:
    """Loads a table, in the units that it has.

    Args:
        name: `"diabetes"` (scikit-learn's 442 patients, built in: ten measurements, and how far the
            disease went in a year), or a path to an `.npz` file with numbers `x`, of which each row
            predicts one of `y`.
        validation_every: one of so many training rows is held out for validation; 0 for none.
            Default 10. One of five rows is taken for a test first.
        split_seed: seed of which rows are held out. Default 0.

    Returns:
        `Images`, with rows in place of images and targets in place of labels.

    Raises:
        ValueError: for any other name, or a file without such arrays.
    """
    if name == DIABETES:
        from sklearn.datasets import load_diabetes

        x, y = load_diabetes(return_X_y=True, scaled=False)
    elif is_numpy_file(name):
        x, y = _of_file(Path(name))
    else:
        raise ValueError(
            "Expected a table of numbers to predict a number from: 'diabetes', or an .npz file "
            f"with arrays x and y. Received: {name!r}."
        )
    x, y = np.asarray(x, "float32").reshape(len(x), -1), np.asarray(y, "float32").reshape(-1)
    if len(x) != len(y):
        raise ValueError(
            f"Expected one number y for each row of x. Received: {len(x)} rows x and {len(y)} "
            f"numbers y in {name!r}. Pass y of shape ({len(x)},)."
        )
    missing = ~(np.isfinite(x).all(axis=1) & np.isfinite(y))
    if missing.any():
        raise ValueError(
            f"Expected finite numbers x and y. Received: {missing.sum()} rows of {len(x)} with "
            f"missing or infinite ones in {name!r}. Leave them out."
        )
    rows = Chunks(len(x), lambda: [(x, y)], lambda: None)
    train, test = divide(rows, TEST_EVERY, [split_seed, 0])
    validation = None
    if validation_every:
        train, validation = divide(train, validation_every, [split_seed, 1])
    if not (train.num_rows and test.num_rows and (validation is None or validation.num_rows)):
        raise ValueError(
            f"Expected rows enough to train, validate and test. Received: {len(x)} rows in "
            f"{name!r}."
        )
    splits = [part and TableSplit(part, True, name=name) for part in (train, validation, test)]
    return Images(Path(name).stem, x.shape[1:], None, *splits, split_seed)


def _of_file(path):
    try:
        with np.load(path) as arrays:
            return arrays["x"].astype("float32"), arrays["y"].astype("float32")
    except Exception as error:  # NumPy and zipfile raise errors of many kinds
        raise ValueError(
            f"Expected {path} to hold arrays x and y of numbers. Received: {error}."
        ) from None
