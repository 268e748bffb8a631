"""Task: an autoencoder learns codes of bits; how many of the rows nearest by them are alike."""

from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.retrieval import mean_of_nearest, measure_bits
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks import reconstruction
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVES = ("val_precision", *reconstruction.OBJECTIVES)


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels, which are not learned from."""
    return reconstruction.load(entry, options).labelled(entry.name)


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
    found, mine = measure_bits(trained.model, job.images)
    metrics["test"] |= found.pop("test")
    return metrics | found, [*mine, *table]


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what `reconstruction` does."""
    return reconstruction.draw(entry, job, trained)
