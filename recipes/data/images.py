"""Data sets for the recipes: images in [0, 1], split, binarized, in memory or streamed."""

import os
from dataclasses import dataclass, replace

import numpy as np

from kerasdeep.recipes.data.held_out import divide
from kerasdeep.recipes.data.sources import open_source
from kerasdeep.recipes.data.split import Split

BINARIZATIONS = ("none", "threshold", "stochastic")
TEST_EVERY = 5


@dataclass(frozen=True)
class Images:
    """A data set for a recipe.

    Attributes:
        name: its name.
        image_shape: `(height, width)` or `(height, width, channels)`.
        num_classes: number of classes, or None without labels.
        train, validation, test: its `Split`s. Validation rows are taken from the training data;
            `validation` is None where none were asked for.
        split_seed: seed that the rows held out were drawn with.
    """

    name: str
    image_shape: tuple
    num_classes: int | None
    train: Split
    validation: Split | None
    test: Split
    split_seed: int = 0

    def labelled(self, learner):
        """Returns itself, or raises a ValueError if a learner needs labels and there are none."""
        if self.num_classes is None:
            raise ValueError(
                f"{learner} expects a data set with labels. Received: {self.name!r}, which has "
                "none. Choose another data set, or train 'rbm', which needs no labels."
            )
        return self

    def described(self):
        """Returns, for `metrics.json`, how the rows were split, and how many of each class."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        described = {"seed": self.split_seed}
        for name, split in parts.items():
            if split is not None:
                described[name] = {
                    "num_rows": split.num_rows,
                    "class_counts": split.class_counts(self.num_classes),
                }
        return described

    def unflattened(self):
        """Returns the same with rows of shape `(height, width, channels)`."""
        height, width, *channels = self.image_shape

        def image_rows(split):
            return split and replace(split, row_shape=(height, width, *(channels or [1])))

        parts = ("train", "validation", "test")
        return replace(self, **{name: image_rows(getattr(self, name)) for name in parts})


def load(name, binarization="none", validation_every=10, stream=None, download=False, split_seed=0):
    """Loads a data set.

    Args:
        name: `"digits"` (scikit-learn's 1,797 digits, built in), an image set of
            tensorflow-datasets, or a path to an `.npz` or `.npy` file.
        binarization: `"none"`, `"threshold"` or `"stochastic"`. Default `"none"`.
        validation_every: one of so many training rows is held out for validation, unless the data
            set has a validation set of its own. At least 2, or 0 for none. Default 10. Where
            there is no test set, one of five rows is taken for one first.
        stream: whether to read the rows anew every epoch instead of keeping them in memory. Default
            None: if they would fill more than a quarter of it.
        download: whether tensorflow-datasets may fetch what is missing. Default False.
        split_seed: seed of which rows are held out, in equal shares of every class. Default 0.

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
        train, test = divide(train, TEST_EVERY, [split_seed, 0])
    if validation is None and validation_every:
        train, validation = divide(train, validation_every, [split_seed, 1])
    parts = (train, validation, test)
    if any(part is not None and part.num_rows == 0 for part in parts):
        raise ValueError(
            "Expected rows enough to train, validate and test. Received: "
            f"{source.train.num_rows} rows in {name!r}, validation_every={validation_every}. "
            "Bring more rows, or hold out fewer."
        )
    if stream is None:
        num_bytes = 4 * train.num_rows * int(np.prod(source.image_shape))
        stream = num_bytes > os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    splits = [part and Split(part, not stream, binarization) for part in parts]
    shape = tuple(source.image_shape)
    return Images(source.name, shape, source.num_classes, *splits, split_seed)
