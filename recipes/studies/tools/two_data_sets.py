"""The data set that a network learns first, and the one that it is to learn then."""

import dataclasses
from typing import TYPE_CHECKING

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.studies.tools.by_class import of_classes

if TYPE_CHECKING:
    from kerasdeep.recipes.studies.transfer import Options


def target_and_source(options: "Options", learner: str) -> tuple[Images, Images | None]:
    """Returns two data sets with labels.

    Args:
        options: those of the study of transfer.
        learner: its name, for an error.

    Returns:
        `(target, source)`. Without a `source` in the options, these are the second and the first
        half of the classes of `dataset`; with a `backbone`, the source is None.

    Raises:
        ValueError: for data without labels, and options that exclude one another.
    """
    images = options.load().labelled(learner)
    if options.backbone:
        if options.source:
            raise ValueError("Expected --source or --backbone. Received: both. Leave one out.")
        return images, None
    if options.weights or options.image_size:
        raise ValueError(
            "--weights and --image-size are for a --backbone of keras.applications. Received: no "
            "--backbone. Name one, or leave them out."
        )
    if options.source == options.dataset:
        raise ValueError(
            f"Expected a --source other than --dataset. Received: {options.source!r} as both. "
            "Leave out --source to learn half of the classes first."
        )
    if options.source:
        source = dataclasses.replace(options, dataset=options.source)
        return images, source.load().labelled(learner)
    half, number = images.num_classes // 2, images.num_classes
    if half < 2:
        raise ValueError(
            f"Expected four classes or more, to learn half of them first. Received: {number} in "
            f"{images.name!r}. Name another data set with --source."
        )
    return of_classes(images, range(half, number)), of_classes(images, range(half))
