"""Data sets for the recipes: images in [0, 1], split, binarized, in memory or streamed."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from kerasdeep.recipes.data.classes import in_classes, listed
from kerasdeep.recipes.data.held_out import divide
from kerasdeep.recipes.data.scale import GREY_LEVELS, divisor_of
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
        labels: what the data set calls the classes, in their order; None for 0, 1, 2, ...
        divisor: what its pixels were divided by.
        train, validation, test: its `Split`s. Validation rows are taken from the training data;
            `validation` is None where none were asked for.
        split_seed: seed that the rows held out were drawn with.
    """

    name: str
    image_shape: tuple[int, ...]
    num_classes: int | None
    train: Split
    validation: Split | None
    test: Split
    split_seed: int = 0
    labels: tuple[int, ...] | None = None
    divisor: float = 1

    def labelled(self, learner: str) -> Self:
        """Returns itself, or raises a ValueError for a learner of labels if it has none to tell."""
        if self.num_classes is None:
            raise ValueError(
                f"{learner} expects a data set with labels. Received: {self.name!r}, which has "
                "none. Choose another data set, or a model that needs no labels."
            )
        if self.num_classes == 1:
            raise ValueError(
                f"{learner} expects a data set with two classes or more. Received: {self.name!r}, "
                "where all labels are the same."
            )
        return self

    def with_two_test_rows(self, learner: str) -> Self:
        """Returns itself, or raises a ValueError for what cannot be compared or drawn without."""
        if self.test.num_rows < 2:
            raise ValueError(
                f"{learner} expects at least two test rows. Received: {self.name!r} with "
                f"{self.test.num_rows}. Choose a larger data set."
            )
        return self

    def described(self) -> dict[str, Any]:
        """Returns, for `metrics.json`, how rows were read and split, and how many of each class."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        described = {"seed": self.split_seed, "divisor": self.divisor, "labels": self.labels}
        for name, split in parts.items():
            if split is not None:
                described[name] = {
                    "num_rows": split.num_rows,
                    "class_counts": split.class_counts(self.num_classes),
                }
        return described

    def notes(self) -> list[str]:
        """Returns lines for a person on what was made of the pixels and the labels."""
        notes = []
        if self.divisor not in (1, GREY_LEVELS):
            notes.append(f"{self.name}: whole numbers, divided by their largest, {self.divisor:g}")
        if self.labels:
            last = self.num_classes - 1
            notes.append(f"{self.name}: labels {listed(self.labels)} are classes 0 to {last}")
        return notes

    def unflattened(self) -> Self:
        """Returns the same with rows of shape `(height, width, channels)`."""
        height, width, *channels = self.image_shape

        def image_rows(split):
            return split and replace(split, row_shape=(height, width, *(channels or [1])))

        parts = ("train", "validation", "test")
        return replace(self, **{name: image_rows(getattr(self, name)) for name in parts})


def load(
    name: str,
    binarization: str = "none",
    validation_every: int = 10,
    stream: bool | None = None,
    download: bool = False,
    split_seed: int = 0,
    labels: Sequence[int] | None = None,
    divisor: float | None = None,
) -> Images:
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
        labels: rising labels, one a class, that a model was trained with. Default None: those that
            rows to train with have.
        divisor: what whole numbers are divided by, where they go beyond 1. Default None: their
            largest, of rows to train with; 255 for bytes that take eight bits.

    Returns:
        `Images`.

    Raises:
        ValueError: for an unknown, missing or unreadable data set, one of less than ten rows, or
            labels of which there is no class.
    """
    if binarization not in BINARIZATIONS:
        raise ValueError(
            f"Expected a binarization: {', '.join(BINARIZATIONS)}. Received: {binarization!r}."
        )
    source = open_source(name, download)
    parts = source.train, source.validation, source.test
    own_divisor = divisor_of(source.train)
    divisor = divisor if divisor and own_divisor > 1 else own_divisor
    if source.labels is not None:
        labels = tuple(labels or source.labels)
        parts = [part and in_classes(part, labels, name) for part in parts]
    train, validation, test = parts
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
        num_bytes = 4 * train.num_rows * math.prod(source.image_shape)
        stream = num_bytes > os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    how = {"in_memory": not stream, "binarization": binarization, "divisor": divisor}
    splits = [part and Split(part, **how, name=name, shuffled=source.shuffled) for part in parts]
    shape, num_classes = tuple(source.image_shape), None
    if source.labels is None:
        labels = None
    else:
        num_classes = len(labels)
        labels = None if labels == tuple(range(num_classes)) else labels
    return Images(source.name, shape, num_classes, *splits, split_seed, labels, divisor)
