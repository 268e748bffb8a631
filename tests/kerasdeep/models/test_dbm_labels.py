"""What label units add to a deep Boltzmann machine: how they are learned, told and drawn."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.energies.contrastive import centred
from kerasdeep.energies.layered import Layered
from kerasdeep.energies.mean_field import MeanField
from kerasdeep.models import DBM
from tests import oracles
from tests.kerasdeep.models.test_dbm_pretraining import LABELS, Means, X, sigmoid, softmax


def states(size):
    return np.array(list(itertools.product([0.0, 1.0], repeat=size)), "float32")


def labelled_machine(layers, **arguments):
    exact = {"max_sweeps": 200, "training_sweeps": 200, "tolerance": 1e-7}
    model = DBM(layers, num_classes=3, seed=0, **{**exact, **arguments})
    model.build((None, 5))
    model.join()
    rng = np.random.default_rng(0)
    for weight in model.energy_parameters:
        weight.assign(0.7 * rng.normal(size=weight.shape))
    return model


def in_float64(parts):
    return [ops.convert_to_numpy(part).astype("float64") for part in parts]


def joint_log_p(model, rows):
    """Returns log p*(v, y) of rows and all labels, by a sum over all hidden layers."""
    kernels, biases = in_float64(model.kernels), in_float64(model.biases)

    def log_p(v, y):
        found = itertools.product(*(states(len(bias)) for bias in biases[1:-1]))
        return [oracles.log_p_of_layers(kernels, biases, [v, *hidden, y]) for hidden in found]

    return np.array([[np.logaddexp.reduce(log_p(v, y)) for y in np.eye(3)] for v in rows])


def below_the_highest(model, rows):
    """Returns the means of the layer below the highest, all labels equally likely, by sweeps."""
    *kernels, of_labels = in_float64(model.kernels)
    biases = in_float64(model.biases[:-1])
    biases[-1] += of_labels.mean(axis=1)
    layers = [np.array(rows, "float64"), *(sigmoid(bias)[None] for bias in biases[1:])]
    for _ in range(500):
        for n in range(1, len(layers)):
            field = biases[n] + layers[n - 1] @ kernels[n - 1]
            layers[n] = sigmoid(field + (layers[n + 1] @ kernels[n].T if kernels[n:] else 0))
    return layers[-2]


def log_p_of_labels(model, below):
    """Returns log p(y | layer below the highest) of all labels, by sums over the highest layer."""
    kernels, biases = in_float64(model.kernels[-2:]), in_float64(model.biases[-2:])
    biases, highest = [np.zeros(below.shape[1]), *biases], states(kernels[0].shape[1])

    def log_p(row, y):
        found = [oracles.log_p_of_layers(kernels, biases, [row, h, y]) for h in highest]
        return np.logaddexp.reduce(found)

    found = np.array([[log_p(row, y) for y in np.eye(3)] for row in below])
    return found - np.logaddexp.reduce(found, axis=1, keepdims=True)


@pytest.mark.parametrize("layers", [[3], [3, 2]])
def test_free_energies_of_labels_bound_the_joint_distribution(layers, close):
    """$-F(v, y)$ is at most $\\log p^*(v, y)$, and equal where only one layer is hidden."""
    model = labelled_machine(layers)
    expected = joint_log_p(model, X)
    found = np.stack(
        [-model._variational(ops.convert_to_tensor(X), ops.full((12,), y)) for y in range(3)],
        axis=1,
    )
    slack = expected - found
    assert slack.min() > -1e-5 and slack.max() < 0.4
    if len(layers) == 1:
        close("labelled DBM, free energy of labels", found, expected, 1e-5)
        close("labelled DBM, classes", model.class_probabilities(X), softmax(expected), 1e-5)


@pytest.mark.parametrize("centering", [False, True])
@pytest.mark.parametrize("layers", [[3], [3, 2], [2, 3, 2]])
def test_the_discriminative_part_is_the_gradient_of_labels_given_the_layer_below(
    layers, centering, close
):
    """By central differences of sums over all states of the highest layer; a row without a label
    counts for nothing."""
    labels, row_weights = np.array([2, -1, 0, 1]), np.array([1.0, 2.0, 3.0, 0.5])
    moves = []
    for weight in (0.0, 2.0):
        model = labelled_machine(layers, centering=centering, discriminative=weight)
        offsets = model.visible_offset, model.hidden_offset
        for offset, share in zip(offsets, (0.3, 0.6), strict=True):
            offset.assign(ops.full(offset.shape, share * centering))
        offsets = [ops.convert_to_tensor(np.array(offset)) for offset in offsets]
        model.compile(keras.optimizers.SGD(1.0), Means())
        start = [np.array(one) for one in model.energy_parameters]
        below = below_the_highest(model, X[:4])
        model.train_on_batch(X[:4], labels, sample_weight=row_weights)
        moves.append([np.array(w) - s for w, s in zip(model.energy_parameters, start, strict=True)])

    def objective():
        log_p = log_p_of_labels(model, below)
        known = [n for n, label in enumerate(labels) if label >= 0]
        return sum(row_weights[n] * log_p[n, labels[n]] for n in known) / len(labels)

    for weight, value in zip(model.energy_parameters, start, strict=True):
        weight.assign(value)
    slopes = oracles.slopes(model.energy_parameters, objective)
    slopes = centred([ops.convert_to_tensor(slope) for slope in slopes], model, *offsets)
    for alone, with_labels, slope in zip(*moves, slopes, strict=True):
        close("DBM, gradient of labels", with_labels - alone, 2 * slope, 1e-3)


@pytest.mark.parametrize("layers", [[3], [3, 2], [2, 3, 2]])
def test_a_machine_that_learned_labels_given_the_layer_below_tells_classes_by_them(layers, close):
    model = labelled_machine(layers, discriminative=1.0)
    below = below_the_highest(model, X)
    expected = np.exp(log_p_of_labels(model, below))
    close("DBM, classes given the layer below", model.class_probabilities(X), expected, 1e-5)


def test_classes_come_from_as_many_sweeps_as_they_were_learned_with():
    found = []
    for few, many in [(1, 1), (1, 200), (200, 200)]:
        options = {"discriminative": 1.0, "training_sweeps": few, "max_sweeps": many}
        model = labelled_machine([3, 2], **options)
        for kernel in model.kernels:
            kernel.assign(4 * kernel)
        found.append(ops.convert_to_numpy(model.class_probabilities(X)))
    few, more_later, many = found
    np.testing.assert_array_equal(few, more_later)
    assert np.abs(few - many).max() > 1e-3


@pytest.mark.parametrize("layers", [[3], [3, 2]])
def test_accuracy_is_of_labels_given_the_layer_below(layers):
    model = labelled_machine(layers)
    model.compile()
    below = below_the_highest(model, X)
    labels = log_p_of_labels(model, below).argmax(1)
    wrong = np.arange(len(X)) % 3 == 0
    given = np.where(wrong, (labels + 1) % 3, labels)
    assert model.evaluate(X, given, verbose=0, return_dict=True)["accuracy"] == pytest.approx(2 / 3)


def test_a_weight_of_labels_needs_labels():
    with pytest.raises(ValueError, match="discriminative to be a number, at least 0"):
        DBM([3], num_classes=3, discriminative=-1.0)
    with pytest.raises(ValueError, match="expects num_classes with discriminative above 0"):
        DBM([3], discriminative=1.0)


@pytest.mark.parametrize("layers", [[3], [3, 2]])
def test_drawings_of_a_label_are_of_the_distribution_given_it(layers):
    """20,000 drawings of three units: chi-squared of 7 degrees of freedom, false alarm 1e-4."""
    log_p = joint_log_p(labelled_machine(layers), states(5))[:, 1]
    p = np.exp(log_p - np.logaddexp.reduce(log_p)).reshape(8, 4).sum(axis=1)
    drawn = labelled_machine(layers).sample(labels=[1] * 20_000, steps=60)
    counts = np.bincount((np.array(drawn)[:, :3] @ [4, 2, 1]).astype(int), minlength=8)
    assert (np.square(counts - 20_000 * p) / (20_000 * p)).sum() < 29.9


def test_known_labels_are_held_and_others_inferred():
    model = labelled_machine([3, 2])
    labels = ops.convert_to_tensor(np.where(np.arange(12) % 2, LABELS, -1), "int32")
    means = model.connection.layers(*model._sides(model.given(labels), ops.convert_to_tensor(X)))
    free = model.infer(X)[-1]
    np.testing.assert_allclose(means[-1][1::2], np.eye(3)[LABELS[1::2]], atol=1e-6)
    np.testing.assert_allclose(means[-1][::2], free[::2], atol=1e-5)


def test_labels_are_learned_and_drawn():
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.integers(0, 2, (600, 3)), 3, axis=1).astype("float32")
    labels = (rows[:, 0] + 2 * rows[:, 3]).astype(int)
    model = DBM([8, 8], num_classes=4, pretraining=False, seed=0)
    model.compile(keras.optimizers.SGD(0.05, momentum=0.5))
    history = model.fit(rows, np.eye(4)[labels], batch_size=20, epochs=60, verbose=0).history
    assert history["accuracy"][-1] > 0.9
    assert (np.argmax(model.class_probabilities(rows), axis=1) == labels).mean() > 0.9
    asked = np.repeat(np.arange(4), 50)
    # 0.25 by chance; 0.87 to 0.94 over orders of the rows, each +- 0.024: once in a million runs
    drawn = ops.convert_to_numpy(model.sample(labels=asked, steps=1000))
    assert (drawn[:, 0] + 2 * drawn[:, 3] == asked).mean() > 0.75


def test_classes_need_label_units():
    model = DBM([3])
    model.build((None, 5))
    with pytest.raises(ValueError, match="needs label units"):
        model.class_probabilities(X)


def test_mean_field_of_precision_is_that_of_its_connection():
    model = labelled_machine([3, 2])
    view = Layered(model.kernels, "bfloat16")
    exact = MeanField(20, 0.0, 0.0).sides(model, ops.convert_to_tensor(X))
    model.connection = view
    for one, other in zip(
        exact, MeanField(20, 0.0, 0.0).sides(model, ops.convert_to_tensor(X)), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=0.05)
