"""Task: a directed network learns without labels; a bound of its likelihood, and what it draws."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.likelihood import importance_log_likelihood, lower_bound
from kerasdeep.models import VariationalAutoencoder
from kerasdeep.recipes import gallery
from kerasdeep.recipes.code_gallery import code_figures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks.likelihood import has_likelihood
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWS = 10  # of the layers above each test row
ROWS_WEIGHED, WEIGHTS = 1_000, 200  # for a tighter bound
OBJECTIVES = ("val_lower_bound", "val_reconstruction_error", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set: labels are not looked at."""
    images = options.load()
    return images.unflattened() if entry.takes_images else images


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
    rows = job.images.test.images()
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example")
    ]
    if has_likelihood(model, rows):
        model.seed_chains(job.options.seed)
        bounds = np.mean([lower_bound(model, rows, 0.0) for _ in range(DRAWS)], axis=0)
        test["log_likelihood_bound"] = float(bounds.mean())
        error = float(bounds.std() / np.sqrt(len(bounds)))
        about = f"nats an example, +- {error:.2f} of the test set"
        table.append(("test log-likelihood bound", f"{bounds.mean():.2f}", about))
        if isinstance(model, VariationalAutoencoder):
            tight = float(importance_log_likelihood(model, rows[:ROWS_WEIGHED], WEIGHTS).mean())
            test["log_likelihood_by_importance"] = tight
            about = f"nats, {WEIGHTS} draws for each of {len(rows[:ROWS_WEIGHED])} test rows"
            table.append(("by importance sampling", f"{tight:.2f}", about))
    else:
        about = "of grey levels; --binarize stochastic draws them as 0 or 1"
        table.append(("test log-likelihood bound", "none", about))
    table.append(trained.time(entry.epochs))
    return {"test": test, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, reconstructions, drawings and learning curves; of a model of codes, those."""
    if not isinstance(trained.model, VariationalAutoencoder):
        return gallery.generative_figures(trained.model, job.images, trained.history)
    drawn = np.asarray(trained.model.sample(48, mean=True)).reshape(48, -1)
    grid = pictures.image_grid(drawn, job.images.image_shape, columns=12)
    figures = code_figures(trained.model, job.images, trained.history)
    return figures | {"fantasies": pictures.grid_figure(grid, "Drawn from the top down")}
