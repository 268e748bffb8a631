"""Task: two networks learn against each other; how near what is drawn comes to test rows."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import FrechetDistance
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.drawings import measure_drawings
from kerasdeep.recipes.features import features_of
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.sheets import Sheets, sheets_figure
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS_WATCHED = 1_000
OBJECTIVES = ("val_frechet_distance",)


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set; labels are learned where the entry says so."""
    images = options.load().with_two_test_rows(entry.name)
    if entry.conditional:
        images = images.labelled(entry.name)
    return images.unflattened() if entry.takes_images else images


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed, num_classes)` makes, trained."""
    watching = [Sheets(job.run.logs)]
    if job.images.validation and job.images.validation.num_rows > 1:
        rows, _ = job.images.validation.rows(ROWS_WATCHED)
        watching.append(FrechetDistance(rows, features_of(job.images).of))
    return job.fit_entry(entry, job.images.num_classes, callbacks=watching)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns distances to test rows, the classes that are drawn, and a Parzen likelihood."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    found, table = measure_drawings(model, job.images, job.options.seed)
    table.append(trained.time(entry.epochs))
    return {"test": test | found, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what is drawn in the end, the same on the way, and learning curves."""
    model, shape = trained.model, job.images.image_shape
    model.seed_chains(job.options.seed)
    labels = None
    if model.num_classes is not None:
        labels = np.repeat(np.arange(model.num_classes), 10)
    drawn = np.asarray(model.sample(100, labels=labels))
    grid = pictures.image_grid(drawn.reshape(len(drawn), -1), shape, 10)
    title = "Drawn" if labels is None else "Drawn by label, a row each"
    return {
        "samples": pictures.grid_figure(grid, title),
        "sheets": sheets_figure(job.run.logs, shape),
        "learning_curves": pictures.learning_curves(trained.history),
    }
