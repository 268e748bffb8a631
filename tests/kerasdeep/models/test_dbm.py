"""The deep Boltzmann machine against sums over all states of all layers."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.likelihood import (
    annealed_importance_sampling,
    exact_log_partition,
    log_likelihood,
    lower_bound,
)
from kerasdeep.models import DBM, RBM
from kerasdeep.samplers import (
    ParallelTempering,
    Particles,
    PersistentContrastiveDivergence,
    Sampler,
)
from kerasdeep.units import Gaussian, Mixed, NoisyReLU, Softmax
from tests import oracles

DEPTHS = [[3], [3, 2], [3, 2, 2], [3, 2, 3, 2]]
NUM_VISIBLE = 4


def states(size):
    return np.array(list(itertools.product([0.0, 1.0], repeat=size)), "float32")


X = states(NUM_VISIBLE)


def make(layers, scale=0.8, **arguments):
    """Returns a machine with random weights whose mean field runs to its fixed point."""
    exact = {"max_sweeps": 100, "training_sweeps": 100, "tolerance": 1e-7}
    model = DBM(layers, seed=0, pretraining=False, **exact, **arguments)
    model.build((None, NUM_VISIBLE))
    model.join()
    rng = np.random.default_rng(0)
    for weight in model.energy_parameters:
        weight.assign(scale * rng.normal(size=weight.shape))
    return model


def exact_log_p(model):
    """Returns log p*(v) of all X and log Z, by a sum over all states of all layers."""
    kernels, biases = (
        [ops.convert_to_numpy(part).astype("float64") for part in parts]
        for parts in (model.kernels, model.biases)
    )

    def log_p_of(v):
        found = itertools.product(*(states(len(bias)) for bias in biases[1:]))
        return [oracles.log_p_of_layers(kernels, biases, [v, *hidden]) for hidden in found]

    log_p = np.array([np.logaddexp.reduce(log_p_of(v)) for v in X])
    return log_p, np.logaddexp.reduce(log_p)


@pytest.mark.parametrize("layers", DEPTHS)
def test_partition_function_and_bound_against_enumeration(layers, close):
    model = make(layers)
    log_p, log_z = exact_log_p(model)
    close("DBM, log partition", exact_log_partition(model), log_z, 1e-5)
    slack = log_p - log_z - lower_bound(model, X)
    assert slack.min() > -1e-5 and slack.max() < 0.5
    if len(layers) == 1:
        close("DBM, bound of one layer", slack, 0, 1e-5)


def test_the_bound_is_equal_where_the_posterior_factorises(close):
    """As it does without weights between the first hidden layer and the one above."""
    model = make([3, 2])
    model.kernels[1].assign(0 * model.kernels[1])
    log_p, log_z = exact_log_p(model)
    close("DBM, bound that is exact", log_likelihood(model, X), log_p - log_z, 1e-5)


@pytest.mark.parametrize("reverse", [False, True])
def test_annealing_of_three_layers_covers_the_exact_value(reverse):
    """Its interval of three standard errors: false alarm 0.3 %, fixed seed."""
    model = make([3, 2, 2])
    _, log_z = exact_log_p(model)
    found = annealed_importance_sampling(model, X, 1000, 500, reverse=reverse, verbose=0)
    assert found.low < log_z < found.high < found.low + 0.2


def test_every_sweep_of_mean_field_raises_the_bound():
    model = make([3, 2, 3, 2], scale=2.0)
    bounds = []
    for sweeps in (1, 2, 3, 4, 6, 9, 20):
        model.max_sweeps = sweeps
        bounds.append(-ops.convert_to_numpy(model._variational(ops.convert_to_tensor(X))))
    steps = np.diff(bounds, axis=0)
    assert steps.min() > -2e-6 and steps.max() > 1e-3


def test_damping_reaches_the_same_fixed_point(close):
    model = make([3, 2, 2])
    expected = model.infer(X)
    damped = make([3, 2, 2], damping=0.5)
    for found, mean in zip(damped.infer(X), expected, strict=True):
        close("DBM, damped mean field", found, mean, 1e-4)


def test_no_row_depends_on_its_neighbours():
    model = make([3, 2, 2])
    model.tolerance = 0.01
    alone = np.concatenate([model.predict(row[None], verbose=0) for row in X])
    np.testing.assert_allclose(model.predict(X, verbose=0), alone, atol=1e-6)


class Exact(Sampler):
    """Brings every state of the even layers, weighted by its probability."""

    def negative_phase(self, machine, field, sample_weight=None):
        side = ops.convert_to_tensor(states(machine.visible_bias.shape[0]))
        p = ops.softmax(-Harmonium.free_energy(machine, side))
        return Particles(side, machine.hidden_mean(side), side.shape[0] * p)


@pytest.mark.parametrize("centering", [False, True])
@pytest.mark.parametrize("layers", DEPTHS)
def test_an_update_is_the_gradient_of_the_bound(layers, centering, close):
    """By central differences. Centred, it is that gradient in other coordinates."""
    model = make(layers, centering=centering)
    data = X[[1, 3, 3, 6, 12]]
    model.compile(keras.optimizers.SGD(1.0), Exact())
    start = [ops.convert_to_numpy(weight) for weight in model.energy_parameters]

    def bound():
        free = ops.convert_to_numpy(model.free_energy(data))
        return float(-free.astype("float64").mean() - exact_log_partition(model))

    slopes = oracles.slopes(model.energy_parameters, bound)
    offsets = [ops.convert_to_numpy(one) for one in (model.visible_offset, model.hidden_offset)]
    model.train_on_batch(data)
    moves = [
        ops.convert_to_numpy(weight) - value
        for weight, value in zip(model.energy_parameters, start, strict=True)
    ]
    if centering:
        slopes = centred_slopes(model, slopes, *offsets)
    for move, slope in zip(moves, slopes, strict=True):
        close("DBM, gradient of the bound", move, slope, 1e-3)


def centred_slopes(model, slopes, mu, lam):
    """Returns slopes by W, b and c as a step in centred coordinates has them, by hand."""
    *kernels, b, c = slopes
    sizes = [NUM_VISIBLE, *model.layer_sizes]
    ends = {0: 0, 1: 0}
    place = []
    for number, size in enumerate(sizes):
        side = number % 2
        place.append(slice(ends[side], ends[side] + size))
        ends[side] += size
    mean = [(mu, lam)[n % 2][place[n]] for n in range(len(sizes))]
    slope = [(b, c)[n % 2][place[n]] for n in range(len(sizes))]
    kernels = [
        kernel - np.outer(slope[n], mean[n + 1]) - np.outer(mean[n], slope[n + 1])
        for n, kernel in enumerate(kernels)
    ]
    for n, kernel in enumerate(kernels):
        slope[n] = slope[n] - kernel @ mean[n + 1]
        slope[n + 1] = slope[n + 1] - mean[n] @ kernel
    return [*kernels, np.concatenate(slope[::2]), np.concatenate(slope[1::2])]


def test_every_kernel_learns_at_a_rate_of_its_own():
    moves = []
    for rates in (None, [1.0, 0.5, 0.0]):
        model = make([3, 2, 2], rates=rates)
        model.compile(keras.optimizers.SGD(1.0), Exact())
        start = [*map(np.array, model.kernels), *map(np.array, model.biases)]
        model.train_on_batch(X[[1, 3, 3, 6, 12]])
        ends = [*map(np.array, model.kernels), *map(np.array, model.biases)]
        moves.append([end - begin for begin, end in zip(start, ends, strict=True)])
    for rate, alike, own in zip([1.0, 0.5, 0.0, 1.0, 1.0, 0.5, 0.0], *moves, strict=True):
        np.testing.assert_allclose(own, rate * alike, atol=1e-6)
        assert np.abs(alike).max() > 1e-3


def test_a_machine_of_one_layer_is_its_rbm():
    models = DBM([5], seed=3), RBM(5, seed=3)
    data = np.random.default_rng(0).integers(0, 2, (40, 6)).astype("float32")
    for model in models:
        model.build((None, 6))
    models[0].join()
    for one, other in zip(*(model.energy_parameters for model in models), strict=True):
        one.assign(np.random.default_rng(1).normal(size=one.shape))
        other.assign(one)
    for model in models:
        model.seed_chains(7)
        model.compile(keras.optimizers.SGD(0.1), "pcd")
    samples = [ops.convert_to_numpy(model.sample(8, 20)) for model in models]
    np.testing.assert_array_equal(*samples)
    np.testing.assert_allclose(*(log_likelihood(model, data) for model in models), atol=1e-5)
    for model in models:
        model.fit(data, batch_size=20, epochs=2, shuffle=False, verbose=0)
    for one, other in zip(*(model.energy_parameters for model in models), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_gibbs_reaches_the_enumerated_distribution():
    """20,000 chains of 60 steps: chi-squared of 15 degrees of freedom, false alarm 1e-4."""
    model = make([3, 2, 2])
    log_p, log_z = exact_log_p(model)
    expected = 20_000 * np.exp(log_p - log_z)
    drawn = ops.convert_to_numpy(model.sample(20_000, 60))
    counts = np.bincount((drawn @ [8, 4, 2, 1]).astype(int), minlength=16)
    assert (np.square(counts - expected) / expected).sum() < 44.3


def test_held_units_keep_their_values():
    model = make([3, 2, 2])
    held = np.array([True, False, True, False])
    drawn = ops.convert_to_numpy(model.sample(initial=X, steps=5, clamped=held))
    np.testing.assert_array_equal(drawn[:, held], X[:, held])
    assert drawn.shape == X.shape


def test_it_learns_bars_without_pretraining():
    """Likelihood, exact but for the bound's slack, beyond that of independent pixels."""
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.integers(0, 2, (400, 3)), 3, axis=1).astype("float32")
    model = DBM([4, 3], pretraining=False, seed=0)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    model.fit(rows, batch_size=20, epochs=60, verbose=0)
    assert log_likelihood(model, rows).mean() > -3.5  # -2.1 at best, -6.2 of independent pixels
    sampled = ops.convert_to_numpy(model.sample(200, 100)).reshape(200, 3, 3)
    assert (sampled.std(axis=2) == 0).all(axis=1).mean() > 0.6  # 0.016 by chance


@pytest.mark.parametrize(
    "sampler", ["cd", "fast_pcd", ParallelTempering(4, 10), PersistentContrastiveDivergence(20, 3)]
)
def test_every_sampler_trains_it(sampler):
    """Beyond independent pixels, -6.2 nats; exact but for the bound's slack."""
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.integers(0, 2, (400, 3)), 3, axis=1).astype("float32")
    model = DBM([4, 3], pretraining=False, seed=0)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5), sampler)
    model.fit(rows, batch_size=20, epochs=40, verbose=0)
    assert log_likelihood(model, rows).mean() > -5.0


@pytest.mark.parametrize(
    "visible",
    [
        Gaussian(learned=True),
        NoisyReLU(),
        Softmax(2),
        Mixed([("bernoulli", 2), ("gaussian", 2)]),
    ],
    ids=lambda unit: unit.name,
)
def test_data_of_any_unit_type_is_learned_and_drawn(visible):
    rows = np.repeat(states(2), 2, axis=1)
    rows[:, 1::2] = 1 - rows[:, ::2]  # one of two is on
    model = DBM([4, 3], visible=visible, pretraining=False, seed=0)
    model.compile(keras.optimizers.SGD(0.02))
    errors = model.fit(np.tile(rows, (20, 1)), epochs=30, verbose=0).history["reconstruction_error"]
    assert errors[-1] < errors[0]
    assert model.sample(5, 3).shape == (5, 4)


def test_data_that_may_be_missing_is_refused():
    with pytest.raises(ValueError, match="all known. Received: visible units that may be missing"):
        DBM([3], visible=Softmax(2, missing=True)).build((None, 4))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"layers": []}, "at least one layer"),
        ({"layers": [3, 0]}, "layers to be an integer, at least 1"),
        ({"layers": [3], "damping": 1.0}, "damping to be a number, from 0 to below 1"),
        ({"layers": [3], "tolerance": -1.0}, "tolerance to be a number, at least 0"),
        ({"layers": [3], "max_sweeps": 0}, "max_sweeps"),
        ({"layers": [3], "tolerance": "0.1"}, "tolerance to be a number"),
        ({"layers": [3, 2], "rates": [1.0]}, "a list with a rate for each of its 2 kernels"),
        ({"layers": [3], "rates": 1.0}, "a list with a rate for each of its 1 kernels"),
        ({"layers": [3], "rates": [-1.0]}, "rates to be a number, at least 0"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DBM(**arguments)
