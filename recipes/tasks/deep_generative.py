"""Task: a deep model of data, and of labels where there are some, learns layer by layer.

How well it explains test rows, what it draws of each class and how a judge names that, how it tells
classes apart; and, where the entry says so, the same machine fine-tuned as a classifier.
"""

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import Pictures, StopOnDivergence
from kerasdeep.recipes import gallery
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.judge import judged
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.tasks.likelihood import (
    has_likelihood,
    likelihood_rows,
    measure_likelihood,
    recorded,
)
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS_SHOWN = 8
OBJECTIVES = ("val_accuracy", "val_loss")
MACHINE = ("val_pseudo_log_likelihood", "val_log_likelihood", "val_reconstruction_error")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns any data set; labels are learned where there are some."""
    return options.load()


def objectives(entry: Entry, images: Images) -> tuple[str, ...]:
    """Returns those of a classifier, if the entry ends as one, or of the machine itself."""
    labels = OBJECTIVES if images.num_classes and entry.label_units else ()
    return OBJECTIVES if images.num_classes and entry.fine_tune_epochs else (*labels, *MACHINE)


def train(entry: Entry, job: Job) -> dict[str, Trained]:
    """Returns a dict of what was trained: `"generative"`, and `"classifier"` where asked for.

    The entry has `build(rows, total_steps, seed, num_classes)`, `stages()`, the epochs of every
    stage of its `fit`, `callbacks()`, and `fine_tune_epochs` with `to_classifier(model,
    num_classes, total_steps)`.
    """
    seed, images = job.options.seed, job.images
    updates = job.num_updates(sum(entry.stages()), entry.batch_size)
    model = entry.build(job.rows, updates, seed, images.num_classes)
    watched = [Pictures(job.run.logs, job.rows[:20], images.image_shape), *entry.callbacks()]
    trained = {
        "generative": job.fit(
            "generative",
            model,
            entry.stages(),
            entry.batch_size,
            seed,
            validate=False,
            callbacks=watched,
        )
    }
    job.run.save_model(model)
    if entry.fine_tune_epochs and images.num_classes:
        keras.utils.set_random_seed(seed)
        updates = job.num_updates(entry.fine_tune_epochs, entry.batch_size)
        network = entry.to_classifier(model, images.num_classes, updates)
        trained["classifier"] = job.fit(
            "classifier",
            network,
            entry.fine_tune_epochs,
            entry.batch_size,
            seed,
            callbacks=[StopOnDivergence()],
        )
        job.run.save_model(network, "classifier.keras")
    return trained


def learn(entry: Entry, job: Job) -> Trained:
    """Returns the fine-tuned classifier, or the machine itself where there is none."""
    trained = train(entry, job)
    return trained.get("classifier", trained["generative"])


def measure(
    entry: Entry, job: Job, trained: dict[str, Trained]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns errors, likelihoods and what a judge says of drawings."""
    model, history, seconds = trained["generative"]
    test = job.images.test
    found = measured(model, test)
    rows = test.images()
    metrics = {"test": found, "history": {"generative": history}, "seconds": seconds}
    table = [
        ("test reconstruction error", f"{found['reconstruction_error']:.3f}", "squared, an example")
    ]
    if has_likelihood(model, rows):
        likelihood = measure_likelihood(model, job.rows, rows, entry.temperatures)
        metrics["test_log_likelihood"] = recorded(likelihood)
        table += likelihood_rows(likelihood, bounds=True)
    if model.learns_from_labels:
        table += _of_labels(model, job, metrics)
    if "classifier" in trained:
        network, curves, seconds_more = trained["classifier"]
        metrics["history"]["classifier"] = curves
        metrics["classifier"] = {**measured(network, test), "seconds": seconds_more}
        about = f"{entry.fine_tune_epochs} epochs, {seconds_more:.0f} s"
        error = 100 * metrics["classifier"]["error"]
        table.append(("test error, fine-tuned", f"{error:.2f} %", about))
        if job.images.validation:
            error = 100 * measured(network, job.images.validation)["error"]
            metrics["classifier"]["validation_error"] = error / 100
            table.append(("the same, of rows held out", f"{error:.2f} %", "validation"))
    return metrics, [*table, trained["generative"].time(*entry.stages())]


def _of_labels(model, job, metrics):
    """Adds to metrics how classes are told apart and drawn; returns rows of the table."""
    splits = {"test": job.images.test, "validation": job.images.validation}
    table = []
    for name, split in splits.items():
        if not split:
            continue
        batches = split.batches(1000, labels=True).as_numpy_iterator()
        wrong = [np.argmax(model.class_probabilities(x), axis=1) != y for x, y in batches]
        error = float(np.concatenate(wrong).mean())
        metrics[f"{name}_error_by_label_units"] = error
        table.append((f"{name} error, by label units", f"{100 * error:.2f} %", "of rows"))
    model.seed_chains(job.options.seed)
    drawings = judged(job.images, gallery.by_label(model))
    metrics["drawings"] = drawings
    named, least = drawings["named_as_asked"], min(drawings["named_as_asked_by_class"])
    about = f"of {drawings['num_drawings']}, each class at least {100 * least:.0f} %"
    return [*table, ("drawings named as asked", f"{100 * named:.1f} %", about)]


def draw(entry: Entry, job: Job, trained: dict[str, Trained]) -> "dict[str, Figure]":
    """Draws filters, reconstructions, fantasies, drawings by label and learning curves."""
    model, history, _ = trained["generative"]
    figures = gallery.generative_figures(model, job.images, history)
    if model.learns_from_labels:
        drawn = gallery.by_label(model, ROWS_SHOWN).swapaxes(0, 1)
        drawn = drawn.reshape(-1, drawn.shape[-1])
        grid = pictures.image_grid(drawn, job.images.image_shape, columns=model.num_classes)
        figures["by_label"] = pictures.grid_figure(grid, "Drawn by label")
    if "classifier" in trained:
        figures["learning_curves_classifier"] = pictures.learning_curves(
            trained["classifier"].history
        )
    return figures
