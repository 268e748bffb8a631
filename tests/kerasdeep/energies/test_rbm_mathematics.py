"""Energies, conditionals, likelihoods and gradients of the RBM against brute force."""

import keras
import numpy as np
import pytest

from kerasdeep.likelihood import pseudo_log_likelihood
from kerasdeep.models import RBM
from kerasdeep.penalties import SparsityTarget
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.units import Gaussian, Softmax
from tests import oracles
from tests.small import PAIRS, ExactSampler, make_rbm, parameters, values


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_energy_free_energy_and_conditionals_equal_enumeration(visible, hidden, close):
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    v, h = values(visible, 5), values(hidden, 5, seed=2)
    expected = np.diag(oracles.energy(oracle, v, h))
    expected = expected - oracles.weight(oracle["visible"], v) - oracles.weight(oracle["hidden"], h)
    close("energies", rbm.energy(v, h), expected, 3e-5)
    close("free energies", rbm.free_energy(v), oracles.free_energy(oracle, v), 3e-5)
    close("conditionals", rbm.hidden_mean(v), oracles.hidden_mean(oracle, v), 3e-5)
    close("conditionals", rbm.visible_mean(h), oracles.visible_mean(oracle, h), 3e-5)


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_pseudo_log_likelihood_equals_enumeration(visible, hidden, close):
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    v = values(visible, 5)
    exact = oracles.pseudo_log_likelihood(oracle, v)
    close("pseudo-likelihoods", pseudo_log_likelihood(rbm, v), exact, 5e-5)


def exact_ascent(oracle, v, weight, offsets):
    """Returns the change of the weights by a unit step on the exact log-likelihood."""
    return oracles.centred_ascent(
        lambda changed: float((weight * oracles.log_likelihood(changed, v)).mean()), oracle, offsets
    )


@pytest.mark.parametrize(("weighted", "centring"), [(False, False), (True, True)])
@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_train_step_with_exact_statistics_follows_the_exact_gradient(
    visible, hidden, weighted, centring, close
):
    # One visible unit where its values are a grid, and all its neighbours' in a sum as well.
    grid = visible in ("gaussian", "narrow")
    oracle = parameters(visible, hidden, num_visible=1 if grid else None)
    rbm = make_rbm(oracle, visible, hidden, centering=centring)
    # Graphs are checked for the first pair; they take a second each.
    eagerly = (visible, hidden) != PAIRS[0]
    rbm.compile(keras.optimizers.SGD(1.0), ExactSampler(), run_eagerly=eagerly)
    if centring:
        rbm.visible_offset.assign(rbm.visible_offset + 0.3)
    offsets = np.array(rbm.visible_offset, float), np.array(rbm.hidden_offset, float)
    v = values(visible, 6, len(oracle["visible_bias"]))
    weight = np.linspace(0.2, 2.0, 6) if weighted else np.ones(6)
    expected = exact_ascent(oracle, v, weight, offsets)
    rbm.train_on_batch(v, sample_weight=weight.astype("float32") if weighted else None)
    for name, change in expected.items():
        got = np.array(getattr(rbm, name), float) - oracle[name]
        close(f"gradients, {name}", got, change, 1e-5)


def test_train_step_with_persistent_chains_agrees_within_its_sampling_error():
    """20,000 chains at equilibrium; 4.5 standard errors, false alarm below 1e-4."""
    oracle = parameters("bernoulli", "bernoulli", 4, 3, scale=1.0)
    rbm = make_rbm(oracle, centering=False)
    rbm.compile(keras.optimizers.SGD(1.0), PersistentContrastiveDivergence(20_000, steps=50))
    v = values("bernoulli", 6, 4)
    expected = exact_ascent(oracle, v, np.ones(6), (np.zeros(4), np.zeros(3)))
    rbm.train_on_batch(v)
    for name, change in expected.items():
        got = np.array(getattr(rbm, name), float) - oracle[name]
        np.testing.assert_allclose(got, change, atol=4.5 * 0.5 / np.sqrt(20_000), err_msg=name)


def test_kernel_regularizer_adds_its_gradient_and_leaves_biases_alone():
    oracle = parameters("bernoulli", "bernoulli")
    v = values("bernoulli", 6, 2)
    changes = {}
    for rate in (0.0, 0.1):
        rbm = make_rbm(oracle, kernel_regularizer=keras.regularizers.L2(rate))
        rbm.compile(keras.optimizers.SGD(1.0), ExactSampler())
        rbm.train_on_batch(v)
        changes[rate] = np.array(rbm.kernel), np.array(rbm.visible_bias)
    np.testing.assert_allclose(
        changes[0.1][0] - changes[0.0][0], -2 * 0.1 * oracle["kernel"], atol=1e-6
    )
    np.testing.assert_array_equal(changes[0.1][1], changes[0.0][1])


def test_sparsity_target_adds_its_gradient_to_the_hidden_biases_alone():
    oracle = parameters("bernoulli", "bernoulli")
    v = values("bernoulli", 6)
    changes = {}
    for cost in (0.0, 0.5):
        rbm = make_rbm(oracle, sparsity=SparsityTarget(0.1, cost, decay=0.9))
        rbm.compile(keras.optimizers.SGD(1.0), ExactSampler())
        rbm.train_on_batch(v)
        changes[cost] = [np.array(weight) for weight in rbm.trainable_weights]
    running = 0.9 * 0.1 + 0.1 * oracles.hidden_mean(oracle, v).mean(axis=0)
    np.testing.assert_array_equal(changes[0.5][0], changes[0.0][0])
    np.testing.assert_array_equal(changes[0.5][1], changes[0.0][1])
    np.testing.assert_allclose(changes[0.5][2] - changes[0.0][2], -0.5 * (running - 0.1), atol=1e-6)


@pytest.mark.parametrize("hidden", ["bernoulli", "spin", "gaussian"])
def test_hidden_units_start_at_their_sparsity_target(hidden):
    rbm = RBM(3, hidden=hidden, kernel_initializer="zeros", sparsity=SparsityTarget(0.1))
    np.testing.assert_allclose(rbm(np.zeros((1, 4), "float32")), np.full((1, 3), 0.1), rtol=1e-5)


def test_kernel_constraint_bounds_the_weights_into_each_hidden_unit():
    oracle = parameters("bernoulli", "bernoulli", 4, 3, scale=2.0)
    rbm = make_rbm(oracle, kernel_constraint=keras.constraints.MaxNorm(0.5))
    rbm.compile(keras.optimizers.SGD(0.1))
    rbm.train_on_batch(values("bernoulli", 6, 4))
    assert np.linalg.norm(rbm.kernel, axis=0).max() <= 0.5 + 1e-5


@pytest.mark.parametrize("weighted", [False, True])
def test_learned_variances_follow_the_exact_gradient(weighted, close):
    """Of log sigma^2, by central differences of the likelihood; two models share no variance."""
    oracle = parameters("gaussian", "bernoulli", num_visible=1)
    oracle["visible_stddev"] = 0.8
    unit = Gaussian(0.8, learned=True, variance_rate=0.5)
    rbm, other = (RBM(2, visible=unit, seed=0, centering=False) for _ in "ab")
    for model in (rbm, other):
        model.build((None, 1))
        for name in ("kernel", "visible_bias", "hidden_bias"):
            getattr(model, name).assign(oracle[name].astype("float32"))
    rbm.compile(keras.optimizers.SGD(1.0), ExactSampler())
    v = values("gaussian", 6, 1)
    weight = np.linspace(0.2, 2.0, 6) if weighted else np.ones(6)

    def objective(z):
        changed = {**oracle, "visible_stddev": np.exp(z["z"] / 2)}
        return float((weight * oracles.log_likelihood(changed, v)).mean())

    start = 2 * np.log([0.8])
    slope = oracles.gradient(objective, {"z": start})["z"]
    rbm.train_on_batch(v, sample_weight=weight.astype("float32"))
    change = np.array(rbm.visible.log_variance, float) - start
    close("gradients, log variance", change, 0.5 * slope, 2e-5)
    assert float(other.visible.stddev[0]) == pytest.approx(0.8)
    np.testing.assert_allclose(other.free_energy(v), oracles.free_energy(oracle, v), atol=2e-5)


def test_learned_variances_of_hidden_units_are_refused():
    with pytest.raises(ValueError, match="of visible units only"):
        RBM(2, hidden=Gaussian(learned=True)).build((None, 3))


def softmax_rbm(sampler):
    rbm = RBM(4, visible=Softmax(3, missing=True), centering=False, seed=0)
    rbm.build((None, 6))
    rng = np.random.default_rng(0)
    rbm.kernel.assign(rng.normal(size=(6, 4)))
    rbm.visible_bias.assign(rng.normal(size=6))
    rbm.compile(keras.optimizers.SGD(1.0), sampler)
    return rbm


def test_missing_groups_are_left_out_of_the_update_and_of_what_is_reported():
    """The same as a model of the known group alone; 20,000 rows, 5 standard errors."""
    rows = np.tile([[0, 1, 0, 0, 0, 0]], (20_000, 1)).astype("float32")
    rbm = softmax_rbm("cd")
    small = RBM(4, visible=Softmax(3), centering=False, seed=1)
    small.build((None, 3))
    start = np.array(rbm.kernel)
    small.kernel.assign(start[:3])
    small.visible_bias.assign(rbm.visible_bias[:3])
    small.compile(keras.optimizers.SGD(1.0), "cd")
    np.testing.assert_allclose(
        pseudo_log_likelihood(rbm, rows[:2]), pseudo_log_likelihood(small, rows[:2, :3]), atol=1e-5
    )
    logs = rbm.train_on_batch(rows, return_dict=True)
    expected = small.train_on_batch(rows[:, :3], return_dict=True)
    assert logs["reconstruction_error"] == pytest.approx(expected["reconstruction_error"], rel=1e-5)
    np.testing.assert_array_equal(rbm.kernel[3:], start[3:])
    np.testing.assert_allclose(rbm.kernel[:3], small.kernel, atol=5 * 0.5 / np.sqrt(20_000))


def test_missing_groups_need_chains_that_start_at_the_data():
    with pytest.raises(ValueError, match="Use ContrastiveDivergence"):
        softmax_rbm("pcd").train_on_batch(np.eye(6, dtype="float32"))


@pytest.mark.parametrize(("missing", "row"), [(False, [0, 0, 0]), (True, [1, 1, 0])])
def test_groups_with_another_sum_are_refused(missing, row):
    rbm = RBM(2, visible=Softmax(3, missing=missing))
    rbm.compile()
    with pytest.raises(ValueError, match="groups of 3 columns that sum to 1"):
        rbm.fit(np.array([row, [0, 1, 0]]), verbose=0)
