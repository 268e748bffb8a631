"""Energies, conditionals, likelihoods and gradients of the RBM against brute force."""

import keras
import numpy as np
import pytest

from kerasdeep.likelihood import pseudo_log_likelihood
from kerasdeep.penalties import SparsityTarget
from kerasdeep.samplers import PersistentContrastiveDivergence
from tests import oracles
from tests.small import PAIRS, ExactSampler, make_rbm, parameters, values


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_energy_free_energy_and_conditionals_equal_enumeration(visible, hidden):
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    v, h = values(visible, 5), values(hidden, 5, seed=2)
    expected = np.diag(oracles.energy(oracle, v, h))
    expected = expected - oracles.weight(oracle["visible"], v) - oracles.weight(oracle["hidden"], h)
    np.testing.assert_allclose(rbm.energy(v, h), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(rbm.free_energy(v), oracles.free_energy(oracle, v), atol=3e-5)
    np.testing.assert_allclose(rbm.hidden_mean(v), oracles.hidden_mean(oracle, v), atol=3e-5)
    np.testing.assert_allclose(rbm.visible_mean(h), oracles.visible_mean(oracle, h), atol=3e-5)


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_pseudo_log_likelihood_equals_enumeration(visible, hidden):
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    v = values(visible, 5)
    exact = oracles.pseudo_log_likelihood(oracle, v)
    np.testing.assert_allclose(pseudo_log_likelihood(rbm, v), exact, atol=5e-5)


def exact_ascent(oracle, v, weight, offsets):
    """Returns the change of the natural parameters by one unit step of gradient ascent on the
    exact log-likelihood, taken in the coordinates centred at `offsets`, by finite differences."""
    visible_offset, hidden_offset = offsets
    names = ("kernel", "visible_bias", "hidden_bias")

    def natural(centred):
        kernel = centred["kernel"]
        return {
            **oracle,
            "kernel": kernel,
            "visible_bias": centred["visible_bias"] - kernel @ hidden_offset,
            "hidden_bias": centred["hidden_bias"] - visible_offset @ kernel,
        }

    centred = {
        "kernel": oracle["kernel"],
        "visible_bias": oracle["visible_bias"] + oracle["kernel"] @ hidden_offset,
        "hidden_bias": oracle["hidden_bias"] + visible_offset @ oracle["kernel"],
    }
    slope = oracles.gradient(
        lambda p: float((weight * oracles.log_likelihood(natural(p), v)).mean()), centred
    )
    after = natural({name: centred[name] + slope[name] for name in names})
    return {name: after[name] - oracle[name] for name in names}


@pytest.mark.parametrize(("weighted", "centring"), [(False, False), (True, True)])
@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_train_step_with_exact_statistics_follows_the_exact_gradient(
    visible, hidden, weighted, centring
):
    # One visible unit where its values are a grid, and all its neighbours' in a sum as well.
    grid = visible in ("gaussian", "narrow")
    oracle = parameters(visible, hidden, num_visible=1 if grid else None)
    rbm = make_rbm(oracle, visible, hidden, centering=centring)
    rbm.compile(keras.optimizers.SGD(1.0), ExactSampler())
    if centring:
        rbm.visible_offset.assign(rbm.visible_offset + 0.3)
    offsets = np.array(rbm.visible_offset, float), np.array(rbm.hidden_offset, float)
    v = values(visible, 6, len(oracle["visible_bias"]))
    weight = np.linspace(0.2, 2.0, 6) if weighted else np.ones(6)
    expected = exact_ascent(oracle, v, weight, offsets)
    rbm.train_on_batch(v, sample_weight=weight.astype("float32") if weighted else None)
    for name, change in expected.items():
        got = np.array(getattr(rbm, name), float) - oracle[name]
        np.testing.assert_allclose(got, change, atol=1e-5, err_msg=name)


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


def test_kernel_constraint_bounds_the_weights_into_each_hidden_unit():
    oracle = parameters("bernoulli", "bernoulli", 4, 3, scale=2.0)
    rbm = make_rbm(oracle, kernel_constraint=keras.constraints.MaxNorm(0.5))
    rbm.compile(keras.optimizers.SGD(0.1))
    rbm.train_on_batch(values("bernoulli", 6, 4))
    assert np.linalg.norm(rbm.kernel, axis=0).max() <= 0.5 + 1e-5
