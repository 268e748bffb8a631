"""Recipe: measure a saved model."""

import sys

from kerasdeep.likelihood import (
    Estimate,
    annealed_importance_sampling,
    exact_log_partition,
    log_likelihood,
)
from kerasdeep.likelihood.exact import MAX_STATES, num_states
from kerasdeep.models import DBN, RBM, ClassificationRBM, ConvolutionalRBM
from kerasdeep.recipes import data
from kerasdeep.recipes.run import load_model, read_metrics


def num_visible(model):
    """Returns the number of visible units of an RBM or a DBN."""
    return getattr(model, "rbms", [model])[0].kernel.shape[0]


def shape_of(model):
    """Returns the numbers of inputs and of classes, None for a model that knows no labels.

    Of a convolutional RBM, the number of channels.
    """
    if isinstance(model, ConvolutionalRBM):
        return model.kernel.shape[2], None
    if isinstance(model, DBN | RBM):
        return num_visible(model), None
    if isinstance(model, ClassificationRBM):
        return model.num_visible, model.num_classes
    return model.input_shape[-1], model.output_shape[-1]


def measure(model, split):
    """Returns what `evaluate` reports on a `Split`, and the error rate of a classifier."""
    labels = not isinstance(model, DBN | RBM | ConvolutionalRBM)
    results = model.evaluate(split.batches(1000, labels=labels), verbose=0, return_dict=True)
    return {**results, "error": 1 - results["accuracy"]} if labels else results


def measure_likelihood(rbm, train_rows, test_rows, num_temperatures):
    """Returns the mean log-likelihood of test rows under an RBM.

    Args:
        rbm: a trained `RBM`.
        train_rows: where the base model of the annealing, and its reverse passes, start.
        test_rows: rows to measure.
        num_temperatures: of annealed importance sampling with 100 chains.

    Returns:
        Dict from the way that the partition function was found, `"exact"` for small models, else
        `"forward"` and `"reverse"`, to the `Estimate` of the mean log-likelihood, in nats.
    """
    unnormalized = float(log_likelihood(rbm, test_rows, 0.0).mean())
    num_visible, num_hidden = rbm.kernel.shape
    if min(num_states(rbm.visible, num_visible), num_states(rbm.hidden, num_hidden)) <= MAX_STATES:
        mean = unnormalized - exact_log_partition(rbm)
        return {"exact": Estimate(mean, mean, mean)}
    found = {}
    for name in ("forward", "reverse"):
        log_z = annealed_importance_sampling(
            rbm,
            train_rows,
            num_temperatures,
            reverse=name == "reverse",
            verbose=int(sys.stdout.isatty()),
        )
        found[name] = Estimate(*(unnormalized - log_z[end] for end in (0, 2, 1)))
    return found


def likelihood_rows(found):
    """Returns rows to print for what `measure_likelihood` found."""
    names = {"exact": "exact", "forward": "AIS", "reverse": "reverse AIS"}
    return [
        (
            f"test log-likelihood, {names[way]}",
            f"{estimate.mean:.2f}",
            f"nats an example, {estimate.low:.2f} to {estimate.high:.2f}"
            if way != "exact"
            else "nats an example",
        )
        for way, estimate in found.items()
    ]


def data_of(path, model, dataset=""):
    """Loads the data set that a saved model was trained on, or another one that fits it.

    Args:
        path: a `.keras` file or the output folder of a run.
        model: the model, loaded.
        dataset: name of a data set, or empty for the one that the model was trained on.

    Returns:
        `kerasdeep.recipes.data.Images`.

    Raises:
        ValueError: if the data does not fit the model.
    """
    trained = read_metrics(path).get("options", {})
    dataset = dataset or trained.get("dataset", "digits")
    images = data.load(dataset, trained.get("binarization", "none"))
    if isinstance(model, ConvolutionalRBM):
        images = images.unflattened()
    num_inputs, num_classes = shape_of(model)
    num_values = images.test.rows(1)[0].shape[-1]
    if num_inputs != num_values:
        raise ValueError(
            f"The model expects rows of {num_inputs} values. Received: {dataset!r} with "
            f"{num_values}. Choose the data set it was trained on with --dataset."
        )
    if num_classes and (images.num_classes is None or images.num_classes > num_classes):
        raise ValueError(
            f"The classifier knows {num_classes} classes. Received: {dataset!r} with "
            f"{images.num_classes or 'no'} classes."
        )
    return images


def evaluate_model(path, dataset=""):
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
