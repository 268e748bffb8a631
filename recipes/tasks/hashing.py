"""Task: an autoencoder learns codes of bits; how many of the rows nearest by them are alike."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.features import flat
from kerasdeep.recipes.retrieval import mean_of_nearest, precision_of_nearest
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks import reconstruction
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEAREST = 100
OBJECTIVES = reconstruction.OBJECTIVES


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels, which are not learned from."""
    images = options.load().labelled(entry.name)
    return images.unflattened() if entry.takes_images else images


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed)` makes, trained.

    It learns to make the mean of the `entry.num_near` training rows nearest to a row; validation
    measures how it makes the row itself.
    """
    number, train = entry.num_near, job.images.train
    if number == 1:
        return job.fit_entry(entry)
    if number > train.num_rows:
        raise ValueError(
            f"{entry.name} expects num_near of at most {train.num_rows}, the training rows. "
            f"Received: {number}."
        )
    job.say(f"looks for the {number} rows nearest to each of {train.num_rows:,}")
    return job.fit_entry(entry, targets=mean_of_nearest(train.images(), number))


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns what `reconstruction` measures, and the precision of the nearest training rows."""
    metrics, table = reconstruction.measure(entry, job, trained)
    images = job.images
    number = min(NEAREST, images.train.num_rows)

    def with_codes(split):
        batches = split.batches(1000, labels=True).as_numpy_iterator()
        rows, labels = (np.concatenate(part) for part in zip(*batches, strict=True))
        return flat(rows), trained.model.predict(rows, 1000, verbose=0), labels

    rows, codes, labels = with_codes(images.train)
    queries, asked, known = with_codes(images.test)
    found = {
        "precision": precision_of_nearest(asked, known, codes, labels, number),
        "precision_of_pixels": precision_of_nearest(queries, known, rows, labels, number),
    }
    bits = codes.shape[1]
    mine = [
        (
            f"precision, {bits} bits",
            f"{100 * found['precision']:.2f} %",
            f"of the {number} nearest",
        ),
        ("of pixels", f"{100 * found['precision_of_pixels']:.2f} %", "likewise"),
    ]
    if images.validation:
        _, asked_before, known_before = with_codes(images.validation)
        held_out = precision_of_nearest(asked_before, known_before, codes, labels, number)
        metrics["validation"] = {"precision": held_out}
        mine.append(("of validation rows", f"{100 * held_out:.2f} %", f"{bits} bits"))
    metrics["test"] |= {**found, "share_of_ones": float(np.mean(asked)), "num_nearest": number}
    return metrics, [*mine, *table]


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what `reconstruction` does."""
    return reconstruction.draw(entry, job, trained)
