"""Task: a directed network learns without labels; a bound of its likelihood, and what it draws."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.models import VariationalAutoencoder
from kerasdeep.recipes import gallery
from kerasdeep.recipes.bounds import measure_bounds
from kerasdeep.recipes.code_gallery import code_figures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks import reconstruction
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVES = ("val_lower_bound", "val_reconstruction_error", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set: labels are not looked at."""
    return reconstruction.load(entry, options)


def train(entry: Entry, job: Job) -> Trained:
    """Returns the network that `entry.build(rows, total_steps, seed)` makes, trained."""
    return job.fit_entry(entry)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the reconstruction error of test rows, and a bound of their log-likelihood."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    del test["lower_bound"]  # of one draw a row; here of more
    found, bounds = measure_bounds(model, job.images, job.options.seed)
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        *bounds,
        trained.time(entry.epochs),
    ]
    return {"test": test | found, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, reconstructions, drawings and learning curves; of a model of codes, those."""
    if not isinstance(trained.model, VariationalAutoencoder):
        return gallery.generative_figures(trained.model, job.images, trained.history)
    drawn = np.asarray(trained.model.sample(48, mean=True)).reshape(48, -1)
    grid = pictures.image_grid(drawn, job.images.image_shape, columns=12)
    figures = code_figures(trained.model, job.images, trained.history)
    return figures | {"fantasies": pictures.grid_figure(grid, "Drawn from the top down")}
