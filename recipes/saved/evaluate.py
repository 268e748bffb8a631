"""Measures a saved model on the rows that its training held out for it."""

from collections.abc import Callable
from pathlib import Path

import keras

from kerasdeep.layers import SparseCoding
from kerasdeep.models import GAN
from kerasdeep.recipes import data
from kerasdeep.recipes.bounds import is_directed, measure_bounds
from kerasdeep.recipes.data.sources import is_numpy_file
from kerasdeep.recipes.data.table import load_table
from kerasdeep.recipes.dictionaries import dictionary_of, objective_of
from kerasdeep.recipes.drawings import measure_drawings
from kerasdeep.recipes.retrieval import codes_are_bits, measure_bits
from kerasdeep.recipes.runs.answers import ask, measure
from kerasdeep.recipes.saved.files import labels_of, load_model, read_metrics
from kerasdeep.recipes.tasks.likelihood import (
    has_likelihood,
    has_partition_function,
    likelihood_rows,
    measure_likelihood,
)

UNITS = {
    "reconstruction_error": "squared, an example",
    "divergence": "nats an example",
    "pseudo_log_likelihood": "nats an example",
    "squared_error": "of the targets of an example",
    "error": "of all test rows",
    "rmse": "in the table's units",
}


def data_of(
    path: str | Path, model: keras.Model, dataset: str = "", download: bool = False
) -> data.Images:
    """Loads the data set that a saved model was trained on, or another one that fits it.

    Args:
        path: a `.keras` file, the output folder of a run, or the name of an entry of the zoo.
        model: the model, loaded.
        dataset: name of a data set, or empty for the one that the model was trained on.
        download: whether tensorflow-datasets may fetch what is missing. Default False.

    Returns:
        `kerasdeep.recipes.data.Images`, split as for the training.

    Raises:
        ValueError: if the data does not fit the model.
    """
    metrics, answers = read_metrics(path), ask(model)
    trained, split = metrics.get("options", {}), metrics.get("split", {})
    own = trained.get("dataset", "digits")
    dataset = dataset or own
    known = answers.num_classes
    if answers.learns_from_labels and known is None:
        return _table_of(model, dataset, trained.get("validation_every", 10), split.get("seed", 0))
    images = data.load(
        dataset,
        trained.get("binarization", "none"),
        trained.get("validation_every", 10),
        download=download,
        split_seed=split.get("seed", 0),
        labels=known and (labels_of(path) or range(known)),
        # Another file of whole numbers is read as the model's own was; those of
        # tensorflow-datasets know themselves.
        divisor=split.get("divisor") if is_numpy_file(own) else None,
    )
    if len(answers.row_shape) == 3:
        images = images.unflattened()
    shape, given = answers.row_shape, images.test.rows(1)[0].shape[1:]
    alike = [known in (None, found) for known, found in zip(shape, given, strict=False)]
    if len(shape) != len(given) or not all(alike):
        what = "images of shape" if len(shape) == 3 else "rows of"
        raise ValueError(
            f"The model expects {what} {_shown(shape)}. Received: {dataset!r} with "
            f"{_shown(given)}. Choose the data set it was trained on with --dataset."
        )
    if known and images.num_classes is None:
        raise ValueError(
            f"The classifier knows {known} classes. Received: {dataset!r} without labels. Choose "
            "another with --dataset."
        )
    return images


def _shown(shape):
    """Returns the shape of a row as a person reads it."""
    if len(shape) == 1:
        return f"{shape[0]} values"
    return " x ".join("any" if size is None else str(size) for size in shape)


def _table_of(model, dataset, validation_every, split_seed):
    images = load_table(dataset, validation_every, split_seed)
    num_inputs, num_values = model.input_shape[-1], images.image_shape[0]
    if num_inputs != num_values:
        raise ValueError(
            f"The model predicts from rows of {num_inputs} numbers. Received: {dataset!r} with "
            f"{num_values}. Choose the table it was trained on with --dataset."
        )
    return images


def evaluate_model(
    path: str | Path,
    dataset: str = "",
    temperatures: int | None = None,
    download: bool = False,
    say: Callable[[str], None] = print,
) -> tuple[str, list[tuple[str, str, str]]]:
    """Measures a saved model on the test rows of a data set.

    Args:
        path, dataset, download: as of `data_of`.
        temperatures: of annealed importance sampling, for the log-likelihood too. Default None:
            without.
        say: told, in a line, what takes long. Default `print`.

    Returns:
        `(dataset, table)`: the data set's name, and rows to print as a table.

    Raises:
        ValueError: if the data does not fit the model, or it has no likelihood of it.
    """
    model = load_model(path)
    images = data_of(path, model, dataset, download)
    say(f"measures {images.test.num_rows:,} test rows")
    seed = read_metrics(path).get("options", {}).get("seed", 0)  # drawn as after training
    found = measure(model, images.test)
    if is_directed(model):
        del found["lower_bound"]  # of one draw a row; here of more
    table = [
        (name.replace("_", " "), _written(name, value), UNITS.get(name, ""))
        for name, value in found.items()
        if (name, value) != ("penalty", 0)
    ]
    if isinstance(model, GAN):
        table += measure_drawings(model, images, seed)[1]
    if is_directed(model):
        table += measure_bounds(model, images, seed)[1]
    if isinstance(getattr(model, "encoder", None), SparseCoding):
        objective, used = objective_of(dictionary_of(model.encoder), model.encoder, images)
        table.append(("objective", f"{objective:.3f}", f"{used:.1f} columns a row"))
    if codes_are_bits(model) and images.num_classes:
        table += measure_bits(model, images)[1]
    if temperatures is not None:
        table += _likelihood(path, model, images, temperatures)
    return images.name, table


def _written(name, value):
    return f"{100 * value:.2f} %" if name == "error" else f"{value:.4f}"


def _likelihood(path, model, images, temperatures):
    rows = images.test.images()
    if not (has_partition_function(model) and has_likelihood(model, rows)):
        raise ValueError(
            "--temperatures is for a Boltzmann machine or a deep belief network, and data that its "
            f"units can draw. Received: {path}, a {type(model).__name__}, and {images.name}. Leave "
            "it out, or train with --binarize stochastic."
        )
    train_rows, _ = images.train.rows()
    found = measure_likelihood(model, train_rows, rows, temperatures)
    return likelihood_rows(found, bounds=model.bounds_likelihood)
