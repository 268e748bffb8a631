"""Task: a network learns to predict a number; its error beside that of the best straight line."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import StopOnDivergence
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.data.table import load_table
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVES = ("val_loss", "val_rmse")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a table, with what is to be predicted."""
    return load_table(options.dataset, options.validation_every, options.split_seed)


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed, targets)` makes, trained."""
    _, targets = job.images.train.rows()
    return job.fit_entry(entry, targets, callbacks=[StopOnDivergence()])


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns errors on the test rows, in the units of the table, and those of least squares."""
    from sklearn.linear_model import LinearRegression

    model, history, seconds = trained
    test, targets = measured(model, job.images.test), job.images.test.arrays[1]
    rows, known = job.images.train.arrays
    line = LinearRegression().fit(rows, known)
    residuals = targets - line.predict(job.images.test.arrays[0])
    found = {
        "rmse": test["rmse"],
        "explained": float(1 - test["rmse"] ** 2 / targets.var()),
        "rmse_of_least_squares": float(np.sqrt(np.mean(residuals**2))),
        "rmse_of_the_mean": float(np.sqrt(np.mean((targets - known.mean()) ** 2))),
    }
    table = [
        ("test error", f"{found['rmse']:.4g}", "root of the mean square, in the table's units"),
        ("of least squares", f"{found['rmse_of_least_squares']:.4g}", "the same of a linear model"),
        ("of the variance", f"{100 * found['explained']:.1f} %", "of test targets, explained"),
        trained.time(entry.epochs),
    ]
    if "val_rmse" in history:
        table.append(("validation error", f"{history['val_rmse'][-1]:.4g}", "of rows held out"))
    return {"test": test | found, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws predictions of test rows against what they should be, and the learning curves."""
    rows, targets = job.images.test.arrays
    return {
        "predictions": predictions(targets, trained.model.predict(rows, verbose=0)[:, 0]),
        "learning_curves": pictures.learning_curves(trained.history),
    }


def predictions(targets: np.ndarray, predicted: np.ndarray) -> "Figure":
    """Draws a point for each row; on the diagonal, what is predicted right."""
    figure = pictures.new_figure(5, 5)
    axes = figure.subplots()
    ends = min(targets.min(), predicted.min()), max(targets.max(), predicted.max())
    axes.plot(ends, ends, color="grey", linewidth=1)
    axes.plot(targets, predicted, "o", markersize=4, alpha=0.6)
    axes.set(xlabel="target", ylabel="predicted", title="Test rows", aspect="equal")
    return figure
