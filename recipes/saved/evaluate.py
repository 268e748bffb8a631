"""Measures a saved model on the rows that its training held out for it."""

from pathlib import Path

import keras

from kerasdeep.recipes import data
from kerasdeep.recipes.data.sources import is_numpy_file
from kerasdeep.recipes.runs.answers import ask, measure
from kerasdeep.recipes.saved.files import labels_of, load_model, read_metrics


def data_of(path: str | Path, model: keras.Model, dataset: str = "") -> data.Images:
    """Loads the data set that a saved model was trained on, or another one that fits it.

    Args:
        path: a `.keras` file, the output folder of a run, or the name of an entry of the zoo.
        model: the model, loaded.
        dataset: name of a data set, or empty for the one that the model was trained on.

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
    images = data.load(
        dataset,
        trained.get("binarization", "none"),
        trained.get("validation_every", 10),
        split_seed=split.get("seed", 0),
        labels=known and (labels_of(path) or range(known)),
        # Another file of whole numbers is read as the model's own was; those of
        # tensorflow-datasets know themselves.
        divisor=split.get("divisor") if is_numpy_file(own) else None,
    )
    if len(answers.row_shape) == 3:
        images = images.unflattened()
    num_inputs, num_values = answers.row_shape[-1], images.test.rows(1)[0].shape[-1]
    if num_inputs != num_values:
        raise ValueError(
            f"The model expects rows of {num_inputs} values. Received: {dataset!r} with "
            f"{num_values}. Choose the data set it was trained on with --dataset."
        )
    if known and images.num_classes is None:
        raise ValueError(
            f"The classifier knows {known} classes. Received: {dataset!r} without labels. Choose "
            "another with --dataset."
        )
    return images


def evaluate_model(path: str | Path, dataset: str = "") -> tuple[str, list[tuple[str, str, str]]]:
    """Measures a saved model on the test rows of a data set.

    Args, errors: as `data_of`.

    Returns:
        `(dataset, table)`: the data set's name, and rows to print as a table.
    """
    model = load_model(path)
    images = data_of(path, model, dataset)
    units = {"reconstruction_error": "squared, an example", "error": "of all test rows"}
    return images.name, [
        (name.replace("_", " "), f"{value:.4f}", units.get(name, ""))
        for name, value in measure(model, images.test).items()
    ]
