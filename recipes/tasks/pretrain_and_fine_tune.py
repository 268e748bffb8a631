"""Task: pretrain a stack layer by layer, unroll it, fine-tune it as a classifier.

Beside it, where the entry asks for it, the same network is trained from random weights, for about
as long in all.
"""

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import Pictures, StopOnDivergence
from kerasdeep.recipes import gallery
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSIFIERS = ("pretrained", "random")  # the second is the twin
OBJECTIVES = ("val_accuracy", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set with labels."""
    return options.load().labelled(entry.name)


def train(entry: Entry, job: Job) -> dict[str, Trained]:
    """Returns a dict of what was trained: `"pretraining"`, `"pretrained"`, perhaps `"random"`.

    The entry has `build(rows, total_steps, seed)` of the stack, `to_classifier(stack, num_classes)`
    and `compile_classifier(classifier, total_steps)`.
    """
    pretraining, network = _pretrained(entry, job)
    networks = [network]
    if entry.twin:  # the same architecture, with random weights
        networks.append(type(network).from_config(network.get_config()))
    trained = {"pretraining": pretraining} | {
        name: _fine_tuned(name, own, entry, job)
        for name, own in zip(CLASSIFIERS, networks, strict=False)
    }
    job.run.save_model(network)
    return trained


def learn(entry: Entry, job: Job) -> Trained:
    """Returns the pretrained network, fine-tuned."""
    _, network = _pretrained(entry, job)
    trained = _fine_tuned("pretrained", network, entry, job)
    job.run.save_model(network)
    return trained


def _pretrained(entry, job):
    """Trains the stack, which needs no labels; returns that and the network it becomes."""
    seed, batch_size = job.options.seed, entry.batch_size
    stack = entry.build(job.rows, job.num_updates(entry.pretrain_epochs, batch_size), seed)
    watched = []
    if hasattr(stack, "sample"):
        watched = [Pictures(job.run.logs, job.rows[:20], job.images.image_shape)]
    trained = job.fit(
        "pretraining",
        stack,
        entry.pretrain_epochs,
        batch_size,
        seed,
        validate=False,
        callbacks=watched,
    )
    job.run.save_model(stack, f"{type(stack).__name__.lower()}.keras")
    keras.utils.set_random_seed(seed)
    return trained, entry.to_classifier(stack, job.images.num_classes)


def _fine_tuned(name, network, entry, job):
    epochs, batch_size = fine_tuning_epochs(entry, name), entry.rows_a_step
    entry.compile_classifier(network, job.num_updates(epochs, batch_size))
    return job.fit(
        name, network, epochs, batch_size, job.options.seed, callbacks=[StopOnDivergence()]
    )


def fine_tuning_epochs(entry: Entry, name: str) -> int:
    """Returns the epochs of a classifier.

    An epoch of pretraining takes as long as two of fine-tuning, whose batches are twice as large;
    the twin from random weights gets these instead.
    """
    return entry.epochs + (2 * entry.pretrain_epochs if name == "random" else 0)


def _classifiers(trained):
    return [name for name in CLASSIFIERS if name in trained]


def measure(
    entry: Entry, job: Job, trained: dict[str, Trained]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the test errors of the classifiers, and whether what is saved predicts the same."""
    results = {}
    for name in _classifiers(trained):
        model, _, seconds = trained[name]
        results[name] = {
            "test_error": measured(model, job.images.test)["error"],
            "fine_tuning_epochs": fine_tuning_epochs(entry, name),
            "fine_tuning_seconds": seconds,
        }
        if job.images.validation:
            results[name]["validation_error"] = measured(model, job.images.validation)["error"]
    results["pretrained"]["pretraining_seconds"] = trained["pretraining"].seconds

    rows, _ = job.images.test.rows(1000)
    saved, model = load_model(job.run.folder), trained["pretrained"].model
    same = bool(np.array_equal(saved.predict(rows, verbose=0), model.predict(rows, verbose=0)))
    metrics = {
        "results": results,
        "loaded_model_predicts_the_same": same,
        "history": {name: found.history for name, found in trained.items()},
    }
    verdict = "the same" if same else "something else: please report this"
    table = [row(name, result) for name, result in results.items()]
    return metrics, [*table, ("saved model, loaded again", "predicts", verdict)]


def row(name: str, result: dict[str, float]) -> tuple[str, str, str]:
    """Returns what a person reads of one classifier: name, test error, the rest."""
    seconds = result.get("pretraining_seconds", 0) + result["fine_tuning_seconds"]
    about = f"{seconds:.0f} s"
    if "validation_error" in result:
        about = f"validation {100 * result['validation_error']:.2f} %, {about}"
    return f"test error, {name} weights", f"{100 * result['test_error']:.2f} %", about


def draw(entry: Entry, job: Job, trained: dict[str, Trained]) -> "dict[str, Figure]":
    """Draws the stack, its filters before and after fine-tuning, and the learning curves."""
    stack, history, _ = trained["pretraining"]
    figures = gallery.generative_figures(stack, job.images, history)
    after = trained["pretrained"].model.get_layer("encoder_1").kernel
    figures["filters_fine_tuning"] = pictures.filters_before_after(
        np.array(pictures.lowest_kernel(stack)), after, job.images.image_shape
    )
    for name in _classifiers(trained):
        figures[f"learning_curves_{name}"] = pictures.learning_curves(trained[name].history)
    return figures
