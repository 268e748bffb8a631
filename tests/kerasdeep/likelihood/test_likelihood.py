"""Partition functions and likelihoods against enumeration."""

import numpy as np
import pytest

from kerasdeep import likelihood
from kerasdeep.models import RBM
from tests import oracles
from tests.small import PAIRS, UNITS, make_rbm, parameters, values

WITH_BERNOULLI = [pair for pair in PAIRS if "bernoulli" in pair]
ONE_PAIR_A_TYPE = [(kind, "bernoulli") for kind in UNITS] + [("bernoulli", "relu")]


@pytest.mark.parametrize(("visible", "hidden"), WITH_BERNOULLI)
def test_exact_likelihood_equals_enumeration(visible, hidden):
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    exact = oracles.log_partition(oracle)
    assert likelihood.exact_log_partition(rbm) == pytest.approx(exact, abs=2e-5)
    v = values(visible, 5)
    expected = oracles.log_likelihood(oracle, v)
    np.testing.assert_allclose(likelihood.log_likelihood(rbm, v), expected, atol=5e-5)


def test_exact_log_partition_of_more_states_than_fit_into_one_batch():
    oracle = parameters("bernoulli", "bernoulli", num_visible=30, num_hidden=14)
    exact = oracles.log_partition_over_hidden(
        oracle["kernel"], oracle["visible_bias"], oracle["hidden_bias"]
    )
    assert likelihood.exact_log_partition(make_rbm(oracle)) == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize("visible", ["bernoulli", "gaussian"])
def test_models_too_large_for_a_sum_are_refused(visible):
    rbm = RBM(21, visible=visible)
    rbm.build((None, 21))
    with pytest.raises(ValueError, match="at most 1048576 states.*annealed_importance_sampling"):
        likelihood.log_likelihood(rbm, np.zeros((1, 21)))


@pytest.mark.parametrize(("visible", "hidden"), ONE_PAIR_A_TYPE)
def test_annealing_covers_the_exact_value_and_its_reverse_brackets_it(visible, hidden):
    """100 models. An interval of 3 standard errors misses 3 in 1000 values that are normal; 5 are
    allowed. Means over models: 4.5 standard errors, false alarm below 1e-5."""
    rng = np.random.default_rng(0)
    oracle = parameters(visible, hidden)
    rbm = make_rbm(oracle, visible, hidden)
    data, shape = values(visible, 20), oracle["kernel"].shape
    scale = 0.7 * oracle["visible_stddev"] * oracle["hidden_stddev"]
    arguments = {"num_temperatures": 30, "num_chains": 100, "verbose": 0}
    covered, bracketed, forward, backward = 0, 0, [], []
    for seed in range(100):
        rbm.kernel.assign(rng.uniform(-scale, scale, shape))
        rbm.visible_bias.assign(rng.uniform(-1, 1, shape[0]))
        rbm.hidden_bias.assign(rng.uniform(-1, 1, shape[1]))
        exact = likelihood.exact_log_partition(rbm)
        below = likelihood.annealed_importance_sampling(rbm, data, seed=seed, **arguments)
        above = likelihood.annealed_importance_sampling(
            rbm, data, reverse=True, burn_in=20, seed=seed, **arguments
        )
        covered += below.low <= exact <= below.high
        bracketed += below.low <= exact <= above.high
        forward.append(below.mean - exact)
        backward.append(above.mean - exact)
    assert covered >= 95
    assert bracketed >= 95
    assert np.mean(forward) < 4.5 * np.std(forward) / 10
    assert np.mean(backward) > -4.5 * np.std(backward) / 10
    assert max(np.abs(forward)) < 0.2
    assert max(np.abs(backward)) < 0.2


def test_chains_of_the_reverse_pass_leave_the_data_before_it_begins():
    """All data is in the lighter of two modes: after 200 steps three standard errors cover the
    exact value, after one they do not."""
    rbm = make_rbm(
        {
            "kernel": np.full((6, 1), 3.0),
            "visible_bias": np.full(6, -2.0),
            "hidden_bias": np.array([-4.0]),
        }
    )
    exact = likelihood.exact_log_partition(rbm)
    for burn_in, covered in ((200, True), (1, False)):
        rbm.seed_chains(0)
        found = likelihood.annealed_importance_sampling(
            rbm, np.eye(6), 20, num_chains=1000, reverse=True, burn_in=burn_in, verbose=0
        )
        assert (found.low <= exact <= found.high) is covered


def test_annealing_takes_its_own_temperatures_and_repeats_itself():
    rbm = make_rbm(parameters("bernoulli", "bernoulli"))
    data = values("bernoulli", 10)
    betas = [0.0, 0.1, 0.5, 0.9, 1.0]
    first, second = (
        likelihood.annealed_importance_sampling(rbm, data, betas, seed=3, verbose=0) for _ in "ab"
    )
    other = likelihood.annealed_importance_sampling(rbm, data, betas, seed=4, verbose=0)
    assert first == second != other
    assert first.low < first.mean < first.high


@pytest.mark.parametrize("betas", [[0.0, 0.5], [0.1, 1.0], [0.0, 0.5, 0.5, 1.0], 0])
def test_bad_temperatures_are_refused(betas):
    rbm = make_rbm(parameters("bernoulli", "bernoulli"))
    with pytest.raises(ValueError, match="annealed_importance_sampling expects"):
        likelihood.annealed_importance_sampling(rbm, values("bernoulli", 2), betas, verbose=0)


def test_gap_between_training_and_validation_rows():
    rbm = make_rbm(parameters("bernoulli", "bernoulli"))
    v = values("bernoulli", 10)
    expected = np.mean(rbm.free_energy(v[5:])) - np.mean(rbm.free_energy(v[:5]))
    assert likelihood.free_energy_gap(rbm, v[:5], v[5:]) == pytest.approx(expected, abs=1e-5)


def test_parzen_windows_equal_the_sum_of_densities():
    rng = np.random.default_rng(0)
    samples, data = rng.random((50, 3)), rng.random((20, 3))
    distances = ((data[:, None] - samples) ** 2).sum(-1)
    density = np.exp(-distances / (2 * 0.2**2)).mean(1) / (0.2 * np.sqrt(2 * np.pi)) ** 3
    for shift in (0, 1e4):  # the same, wherever the data is
        estimate = likelihood.parzen_log_likelihood(samples + shift, data + shift, 0.2)
        assert estimate.mean == pytest.approx(np.log(density).mean(), abs=1e-4)
    error = 3 * np.log(density).std(ddof=1) / np.sqrt(20)
    assert estimate.high - estimate.mean == pytest.approx(error, rel=1e-3)


def test_parzen_windows_expect_rows_alike_and_a_width():
    rows = np.ones((5, 3))
    for samples, data, width in (
        (rows, rows[:, :2], 1),
        (rows, rows[:1], 1),
        (rows[:0], rows, 1),
        (rows, rows, 0),
        (rows, rows, np.inf),
    ):
        with pytest.raises(ValueError, match="as many values, and a finite bandwidth above 0"):
            likelihood.parzen_log_likelihood(samples, data, width)
    for samples, data in ((rows * np.nan, rows), (rows, rows * np.inf)):
        with pytest.raises(ValueError, match="expects finite rows"):
            likelihood.parzen_bandwidth(samples, data)
    images = rows.reshape(5, 3, 1)
    assert likelihood.parzen_log_likelihood(images, rows, 1.0).mean < 0


def test_parzen_bandwidth_is_that_of_the_data():
    """Samples on a grid of spacing 1 in the plane: the widest candidate fits normal rows best."""
    rng = np.random.default_rng(0)
    samples = np.zeros((10, 2))
    assert likelihood.parzen_bandwidth(samples, rng.normal(size=(500, 2)) * 0.36) == pytest.approx(
        0.36, rel=0.3
    )
