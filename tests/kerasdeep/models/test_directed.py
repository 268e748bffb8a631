"""Sigmoid belief networks and deep belief networks against sums over all states of all layers."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.likelihood import (
    annealed_importance_sampling,
    exact_log_likelihood,
    exact_log_partition,
    log_likelihood,
    lower_bound,
)
from kerasdeep.models import DBN, RBM, GenerativeDBN, SigmoidBeliefNetwork
from kerasdeep.samplers import Particles, Sampler
from kerasdeep.units import Gaussian
from tests import oracles

NUM_VISIBLE = 4


def states(size):
    return np.array(list(itertools.product([0.0, 1.0], repeat=size)), "float32")


X = states(NUM_VISIBLE)
NETWORKS = {
    "sbn": lambda: SigmoidBeliefNetwork([3, 2, 2], seed=0),
    "dbn": lambda: DBN([3, 2, 2], seed=0),
    "generative": lambda: GenerativeDBN([3, 2, 2], seed=0),
    "labelled": lambda: GenerativeDBN([3, 2, 2], num_classes=3, seed=0),
}


def make(name, scale=0.8):
    """Returns a network with random weights."""
    model = NETWORKS[name]()
    model.build((None, NUM_VISIBLE))
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(scale * rng.normal(size=weight.shape))
    return model


def arrays(weights):
    return [ops.convert_to_numpy(weight).astype("float64") for weight in weights]


def log_sigmoid(field):
    return -np.logaddexp(0, -field)


def bernoulli_log_p(values, field):
    """Returns log p of rows of values for every row of fields, shape `(values, fields)`."""
    return values @ log_sigmoid(field).T + (1 - values) @ log_sigmoid(-field).T


def weights_of(model):
    """Returns the generative kernels and biases of the directed layers, from the data up."""
    if isinstance(model, SigmoidBeliefNetwork):
        return arrays(model.kernels), arrays(model.biases)
    if isinstance(model, GenerativeDBN):
        return arrays(model.generative_kernels), arrays(model.generative_biases)
    lower = model.rbms[:-1]
    return arrays(rbm.kernel for rbm in lower), arrays(rbm.visible_bias for rbm in lower)


def beside_labels(rows, num_classes):
    """Returns rows beside each label, one-hot, in turn."""
    labels = np.eye(num_classes)
    return [np.concatenate([rows, np.tile(one, (len(rows), 1))], axis=1) for one in labels]


def log_p_of_rbm(rows, kernel, visible_bias, hidden_bias, hidden):
    """Returns the logarithm of the sum of p*(v, h) over hidden states."""
    energies = rows @ kernel @ hidden.T + hidden @ hidden_bias
    return rows @ visible_bias + np.logaddexp.reduce(energies, axis=1)


def log_prior(model):
    """Returns log p of all states of the layer that has no directed one above it."""
    if isinstance(model, SigmoidBeliefNetwork):
        (bias,) = arrays(model.biases[-1:])
        top = states(len(bias))
        return bernoulli_log_p(top, bias[None])[:, 0]
    rbm = model.stack[-1]
    kernel, b, c = arrays([rbm.kernel, rbm.visible_bias, rbm.hidden_bias])
    classes = getattr(model, "num_classes", None) or 0
    values, hidden = states(len(b) - classes), states(len(c))
    rows = [
        np.concatenate([values, np.tile(one, (len(values), 1))], axis=1) for one in np.eye(classes)
    ]
    joint = [
        row @ b + np.logaddexp.reduce(row @ kernel @ hidden.T + hidden @ c, axis=1)
        for row in rows or [values]
    ]
    log_p = np.logaddexp.reduce(joint, axis=0)
    return log_p - np.logaddexp.reduce(log_p)


def exact_log_p(model):
    """Returns log p(v) of all X, by a sum over all states of all layers, from the top down."""
    kernels, biases = weights_of(model)
    log_p = log_prior(model)
    for number in reversed(range(len(kernels))):
        upper = states(kernels[number].shape[1])
        lower = X if number == 0 else states(kernels[number].shape[0])
        field = biases[number] + upper @ kernels[number].T
        log_p = np.logaddexp.reduce(bernoulli_log_p(lower, field) + log_p, axis=1)
    return log_p


@pytest.mark.parametrize("name", NETWORKS)
def test_likelihood_and_bound_against_enumeration(name, close):
    """The bound is a mean over 4,000 draws, and compared within four standard errors."""
    model = make(name)
    log_p = exact_log_p(model)
    assert np.logaddexp.reduce(log_p) == pytest.approx(0, abs=1e-9)
    close(f"{name}, log-likelihood", exact_log_likelihood(model, X), log_p, 1e-5)
    bounds = lower_bound(model, np.repeat(X, 4000, axis=0)).reshape(len(X), -1)
    error = 4 * bounds.std(axis=1) / np.sqrt(4000)
    slack = log_p - bounds.mean(axis=1)
    assert (slack > -error).all() and slack.max() > 0.01


def test_the_bound_is_equal_where_recognition_is_exact(close):
    """As it is of one layer that the data does not depend on, whose draws are of its own law."""
    model = make("sbn")
    for number in range(3):
        for kernel in (model.kernels[number], model.recognition_kernels[number]):
            kernel.assign(0 * kernel)
        model.recognition_biases[number].assign(model.biases[number + 1])
    close("sbn, bound that is exact", lower_bound(model, X), exact_log_p(model), 1e-5)


@pytest.mark.parametrize("name", ["dbn", "generative", "labelled"])
@pytest.mark.parametrize("reverse", [False, True])
def test_annealing_covers_the_exact_value(name, reverse):
    """Its interval of three standard errors: false alarm 0.3 %, fixed seed."""
    model = make(name)
    found = annealed_importance_sampling(model, X, 1000, 500, reverse=reverse, verbose=0)
    assert found.low < exact_log_partition(model) < found.high < found.low + 0.2


@pytest.mark.parametrize("name", NETWORKS)
def test_drawings_are_of_the_enumerated_distribution(name):
    """20,000 drawings: chi-squared of 15 degrees of freedom, false alarm 1e-4."""
    model = make(name, 0.5)
    steps = {} if name == "sbn" else {"steps": 60}
    drawn = ops.convert_to_numpy(model.sample(20_000, **steps))
    expected = 20_000 * np.exp(exact_log_p(model))
    counts = np.bincount((drawn @ [8, 4, 2, 1]).astype(int), minlength=16)
    assert (np.square(counts - expected) / expected).sum() < 44.3


def test_drawings_of_a_label_are_of_the_distribution_given_it():
    """20,000 drawings: chi-squared of 15 degrees of freedom, false alarm 1e-4."""
    model = make("labelled", 0.5)
    rbm = model.top
    b = ops.convert_to_numpy(rbm.visible_bias).copy()
    drawn = ops.convert_to_numpy(model.sample(labels=[1] * 20_000, steps=60))
    rbm.visible_bias.assign(b + np.array([0, 0, -1e4, 0, -1e4]))  # no other class can be
    expected = 20_000 * np.exp(exact_log_p(model))
    counts = np.bincount((drawn @ [8, 4, 2, 1]).astype(int), minlength=16)
    assert (np.square(counts - expected) / expected).sum() < 44.3


def test_classes_by_free_energy_and_by_gibbs_are_those_of_the_joint_distribution(close):
    """By Gibbs, the mean of 40,000 steps; its error is below 0.02 at fixed seed."""
    model = make("labelled")
    means = ops.convert_to_numpy(model.directed().mean_up(X))
    rbm = model.top
    kernel, b, c = arrays([rbm.kernel, rbm.visible_bias, rbm.hidden_bias])
    hidden = states(len(c))
    rows = [np.concatenate([means, np.tile(one, (len(X), 1))], axis=1) for one in np.eye(3)]
    log_p = np.stack(
        [
            row @ b + np.logaddexp.reduce(row @ kernel @ hidden.T + hidden @ c, axis=1)
            for row in rows
        ],
        axis=1,
    )
    expected = np.exp(log_p - np.logaddexp.reduce(log_p, axis=1)[:, None])
    close("labelled, classes by free energy", model.class_probabilities(X), expected, 1e-5)
    found = ops.convert_to_numpy(model.class_probabilities(X[:4], gibbs_steps=40_000))
    np.testing.assert_allclose(found, expected[:4], atol=0.02)


def test_wake_and_sleep_are_gradients_by_hand(close):
    r"""For one row each: $-(u - m) s^\top$ of the layer that learns, and $-(u - m)$."""
    model = make("sbn")
    rng = np.random.default_rng(1)
    layers = [rng.integers(0, 2, (6, size)).astype("float32") for size in (NUM_VISIBLE, 3, 2, 2)]
    directed = model.directed()
    wake, sleep = arrays(directed.wake(layers)), arrays(directed.sleep(layers))
    kernels, biases = weights_of(model)
    recognition, own = arrays(model.recognition_kernels), arrays(model.recognition_biases)
    for n, (lower, upper) in enumerate(itertools.pairwise(layers)):
        error = 1 / (1 + np.exp(-(biases[n] + upper @ kernels[n].T))) - lower
        close("wake, kernel", wake[2 * n], error.T @ upper / 6, 1e-6)
        close("wake, bias", wake[2 * n + 1], error.mean(axis=0), 1e-6)
        error = 1 / (1 + np.exp(-(own[n] + lower @ recognition[n]))) - upper
        close("sleep, kernel", sleep[2 * n], lower.T @ error / 6, 1e-6)
        close("sleep, bias", sleep[2 * n + 1], error.mean(axis=0), 1e-6)


def test_wake_sleep_moves_the_parameters_that_it_should():
    """Wake changes what generates alone, sleep what recognizes alone."""
    model = make("generative")
    directed = model.directed()
    layers = directed.up(ops.convert_to_tensor(X))
    for phase, own, others in (
        (directed.wake, directed.generative_parameters, directed.recognition_parameters),
        (directed.sleep, directed.recognition_parameters, directed.generative_parameters),
    ):
        gradients = phase(layers)
        assert [g.shape for g in gradients] == [w.shape for w in own]
        assert not {id(w) for w in own} & {id(w) for w in others}


class Exact(Sampler):
    """Brings every state of the highest RBM's visible side, weighted by its probability.

    Many times each, as dreams are drawn below them.
    """

    def negative_phase(self, machine, field, sample_weight=None):
        rows = np.tile(states(machine.visible_bias.shape[0]), (25_000, 1))
        rows = ops.convert_to_tensor(rows)
        p = ops.softmax(-Harmonium.free_energy(machine, rows))
        return Particles(rows, machine.hidden_mean(rows), rows.shape[0] * p)


def test_up_down_with_exact_statistics_is_the_gradient_of_the_bound(close):
    r"""Over 200,000 rows, by finite differences of $\mathbb{E}_q[\log p(v, h)]$, enumerated.

    The recognition weights follow the gradient of $\mathbb{E}_p[\log q(h \mid v)]$ instead.
    """
    model = GenerativeDBN([3, 2], pretraining=False, seed=0)
    model.compile(keras.optimizers.SGD(1.0), Exact())
    model.build((None, NUM_VISIBLE))
    model.join()
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(0.8 * rng.normal(size=weight.shape))
    model.top.centering = False  # which would take the gradient in other coordinates
    for offset in (model.top.visible_offset, model.top.hidden_offset):
        offset.assign(0 * offset)
    learned = model.learned_variables()
    start = [np.array(weight) for weight in learned]
    directed, hidden = model.directed(), states(3)
    all_v, all_h = np.repeat(X, 8, axis=0), np.tile(hidden, (16, 1))
    q = np.exp(ops.convert_to_numpy(directed.recognition[0].log_probability(all_h, all_v))) / 16
    p_h = np.exp(ops.convert_to_numpy(model.log_prior(all_h)) - exact_log_partition(model))
    p = p_h * np.exp(ops.convert_to_numpy(directed.generative[0].log_probability(all_v, all_h)))

    def objective(recognition):
        if recognition:
            log_q = directed.recognition[0].log_probability(all_h, all_v)
            return (p * ops.convert_to_numpy(log_q).astype("float64")).sum()
        log_p = directed.generative[0].log_probability(all_v, all_h) + model.log_prior(all_h)
        total = (q * ops.convert_to_numpy(log_p).astype("float64")).sum()
        return total - exact_log_partition(model)

    slopes = []
    for number, weight in enumerate(learned):
        slopes += oracles.slopes([weight], lambda number=number: objective(number in (2, 3)))
    rows = np.repeat(X, 12_500, axis=0)
    model.train_on_batch(rows)
    for weight, value, slope in zip(learned, start, slopes, strict=True):
        close("up-down, gradient", np.array(weight) - value, slope, 0.006)


def test_a_network_of_one_layer_is_its_rbm():
    models = GenerativeDBN([5], seed=3), DBN([5], seed=3), RBM(5, seed=3)
    data = np.random.default_rng(0).integers(0, 2, (40, 6)).astype("float32")
    for model in models:
        model.build((None, 6))
        machine = getattr(model, "stack", [model])[0]
        for number, weight in enumerate(machine.trainable_weights):
            weight.assign(np.random.default_rng(number).normal(size=weight.shape))
        machine.seed_chains(7)
        model.compile(keras.optimizers.SGD(0.1), "cd")
    samples = [ops.convert_to_numpy(model.sample(8, 20)) for model in models]
    likelihoods = [log_likelihood(model, data) for model in models]
    for model in models:
        model.fit(data, batch_size=20, epochs=2, shuffle=False, verbose=0)
    ends = [getattr(model, "stack", [model])[0].trainable_weights for model in models]
    for number in range(2):
        np.testing.assert_array_equal(samples[number], samples[2])
        np.testing.assert_allclose(likelihoods[number], likelihoods[2], atol=1e-5)
        for one, other in zip(ends[number], ends[2], strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("model_class", [DBN, GenerativeDBN])
def test_a_layer_that_is_the_one_below_turned_over_changes_no_likelihood(model_class, close):
    """It starts so once: a training that goes on keeps what was learned."""
    model = model_class([3, NUM_VISIBLE], transposed=True, seed=0)
    model.compile([keras.optimizers.SGD(rate) for rate in (0.5, 0.0, 0.0)][: len(model.stages())])
    epochs = [20, 1, 0][: len(model.stages())]
    rows = X[X[:, 0] == X[:, 1]]
    model.fit(rows, batch_size=4, epochs=epochs, verbose=0)
    lower, upper = model.stack
    np.testing.assert_array_equal(upper.kernel, ops.transpose(lower.kernel))
    expected = ops.convert_to_numpy(log_likelihood(lower, X))
    close("turned over, log-likelihood", exact_log_likelihood(model, X), expected, 1e-5)
    upper.kernel.assign(0 * upper.kernel)
    model.fit(rows, batch_size=4, epochs=[0, 1, 0][: len(epochs)], verbose=0)
    assert not np.array(upper.kernel).any()


def test_a_layer_with_too_few_units_starts_as_others_do():
    model = GenerativeDBN([3, NUM_VISIBLE - 1], transposed=True, seed=0)
    model.compile(keras.optimizers.SGD(0.0))
    model.fit(X, epochs=[1, 1, 0], verbose=0)
    lower, upper = model.stack
    assert np.abs(upper.kernel - ops.transpose(lower.kernel)[:, :3]).max() > 1e-3


@pytest.mark.parametrize("name", ["dbn", "generative", "labelled"])
def test_held_units_keep_their_values(name):
    model = make(name)
    held = np.array([True, False, True, False])
    drawn = ops.convert_to_numpy(model.sample(initial=X, steps=5, clamped=held))
    np.testing.assert_array_equal(drawn[:, held], X[:, held])
    assert drawn.shape == X.shape and (drawn != X).any()


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"clamped": [1, 0, 1, 0]}, "clamped to be booleans of shape"),
        ({"clamped": [True, False]}, "clamped to be booleans of shape"),
        ({"clamped": [True] * 4, "steps": 0}, "steps to be an integer, at least 1"),
        ({"clamped": [True] * 4, "initial": None}, "clamped, no initial"),
    ],
)
def test_units_that_cannot_be_held_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        make("generative").sample(**{"initial": X, "steps": 5, **wrong})


def test_a_sigmoid_belief_network_learns_bars():
    """Its exact log-likelihood comes close to that of the data, -2.1 nats; -6.2 by chance."""
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.integers(0, 2, (400, 3)), 3, axis=1).astype("float32")
    model = SigmoidBeliefNetwork([6], seed=0)
    model.compile(keras.optimizers.Adam(0.02))
    model.fit(rows, batch_size=20, epochs=60, verbose=0)
    assert exact_log_likelihood(model, rows).mean() > -3.1
    drawn = ops.convert_to_numpy(model.sample(200)).reshape(200, 3, 3)
    assert (drawn.std(axis=2) == 0).all(axis=1).mean() > 0.4  # 0.016 by chance


def patterns():
    """Returns rows of three bars, and the number that the first two write."""
    rows = np.repeat(np.random.default_rng(0).integers(0, 2, (600, 3)), 3, axis=1)
    return rows.astype("float32"), rows[:, 0] + 2 * rows[:, 3]


def test_labels_are_learned_and_drawn():
    rows, labels = patterns()
    model = GenerativeDBN(
        [
            RBM(8, kernel_initializer=keras.initializers.RandomNormal(stddev=0.5, seed=0), seed=0),
            RBM(12, seed=1),
        ],
        num_classes=4,
        seed=0,
    )
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    model.fit(rows, labels, batch_size=20, epochs=[20, 40, 20], verbose=0)
    assert (np.argmax(model.class_probabilities(rows), axis=1) == labels).mean() > 0.95
    asked = np.repeat(np.arange(4), 50)
    drawn = ops.convert_to_numpy(model.sample(labels=asked, steps=100))
    assert (drawn[:, 0] + 2 * drawn[:, 3] == asked).mean() > 0.8  # 0.25 by chance


@pytest.mark.parametrize("make_one", [SigmoidBeliefNetwork, GenerativeDBN])
def test_grey_data_of_gaussian_units_is_learned(make_one):
    rows = np.random.default_rng(0).normal(size=(200, 1)) * np.ones((1, 4)) * 0.5
    model = make_one([6, 4], visible=Gaussian(stddev=0.5), seed=0)
    model.compile(keras.optimizers.SGD(0.01))
    errors = model.fit(rows.astype("float32"), epochs=40, verbose=0).history
    name = (
        "reconstruction_error" if make_one is SigmoidBeliefNetwork else "rbm_1_reconstruction_error"
    )
    assert errors[name][-1] < errors[name][0]
    assert model.sample(5).shape == (5, 4)


@pytest.mark.parametrize("make_one", [SigmoidBeliefNetwork, GenerativeDBN])
def test_no_layers_are_refused(make_one):
    with pytest.raises(ValueError, match="a list of at least one layer"):
        make_one([])
    with pytest.raises(ValueError, match="layers to be an integer, at least 1"):
        make_one([3, 0])


def test_labels_that_are_not_known_are_drawn_given_the_layer_below():
    """20,000 draws a row: chi-squared of 8 degrees of freedom, false alarm 1e-4."""
    model, features = make("labelled"), states(2)
    field = model._label_field(ops.convert_to_tensor(features))
    expected = 20_000 * ops.convert_to_numpy(ops.softmax(field))
    rows, label = np.tile(features, (20_000, 1)), np.full(80_000, -1)
    drawn = ops.convert_to_numpy(model.training_input(2, ops.convert_to_tensor(rows), label))[:, 2:]
    counts = drawn.reshape(20_000, 4, 3).sum(axis=0)
    assert (np.square(counts - expected) / expected).sum() < 31.8
    measured = ops.convert_to_numpy(
        model.layer_input(2, ops.convert_to_tensor(features), label[:4])
    )
    np.testing.assert_allclose(20_000 * measured[:, 2:], expected, rtol=1e-5)
    label[::2] = 1
    shown = ops.convert_to_numpy(model.training_input(2, ops.convert_to_tensor(rows), label))
    assert (shown[::2, 3] == 1).all() and not (shown[1::2, 3] == 1).all()


@pytest.mark.parametrize("sampler", ["pcd", "parallel_tempering"])
def test_lasting_chains_train_label_units_where_some_labels_are_missing(sampler):
    rows, labels = patterns()
    labels[::4] = -1
    model = GenerativeDBN([8, 12], num_classes=4, seed=0)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5), [sampler] * 3)
    model.fit(rows, labels, batch_size=20, epochs=[15, 15, 15], verbose=0)
    known = labels >= 0
    named = np.argmax(model.class_probabilities(rows), axis=1) == labels
    assert named[known].mean() > 0.8  # 0.25 by chance


def test_the_gradient_of_labels_is_that_of_their_probability(close):
    """By finite differences; a row without a label counts for nothing, a weight as it says.

    What was drawn of a layer moves with the mean of its units, given what is below it.
    """
    model = make("labelled")
    model.discriminative = 2.0
    for offset in (model.top.visible_offset, model.top.hidden_offset):
        offset.assign(0 * offset)
    directed = model.directed()
    awake = directed.up(ops.convert_to_tensor(X[3:7]))
    label, weight = np.array([0, -1, 2, 1]), np.array([1.0, 5.0, 0.5, 2.0], "float32")
    found = model._gradients_of_labels(directed, awake, label, weight)
    below = arrays(directed.recognition_parameters)
    start, drawn = below + arrays(model.top.energy_parameters), arrays(awake)

    def mean(values, kernel, bias):
        return 1 / (1 + np.exp(-values @ kernel - bias))

    def objective(parameters):
        parameters, values = list(parameters.values()), drawn[0]
        for number, before in enumerate(drawn[:-1]):
            moved, still = (part[2 * number :][:2] for part in (parameters, below))
            values = drawn[number + 1] + mean(values, *moved) - mean(before, *still)
        kernel, b, c = parameters[len(below) :]
        fields = np.stack([values @ kernel[:2] + kernel[2 + y] + c for y in range(3)], axis=1)
        field = b[2:] + np.logaddexp(0, fields).sum(axis=2)
        log_p = field - np.logaddexp.reduce(field, axis=1)[:, None]
        return -2 * sum(weight[n] * log_p[n, label[n]] for n in (0, 2, 3)) / 4

    assert len(found) == len(start) == 4 + 3
    slopes = oracles.gradient(objective, dict(enumerate(start)))
    for number, slope in slopes.items():
        close("labelled, gradient of labels", found[number], slope, 1e-5)


@pytest.mark.parametrize("name", ["generative", "labelled"])
@pytest.mark.parametrize("labels", [[3], [-1], [0.5], 1, []])
def test_labels_that_no_class_has_are_not_drawn(name, labels):
    message = "0 to 2, one a sample" if name == "labelled" else "a model with num_classes=None"
    with pytest.raises(ValueError, match=message):
        make(name).sample(labels=labels)


def test_classes_need_label_units():
    with pytest.raises(ValueError, match="needs label units"):
        make("generative").class_probabilities(X)
    with pytest.raises(ValueError, match="num_classes of at least 2"):
        GenerativeDBN([3], num_classes=1)
    with pytest.raises(ValueError, match="discriminative to be a number, at least 0"):
        GenerativeDBN([3], num_classes=3, discriminative="a")
    with pytest.raises(ValueError, match="expects num_classes with discriminative above 0"):
        GenerativeDBN([3], discriminative=1.0)
