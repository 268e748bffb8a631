"""Chains against the enumerated distribution of a small RBM.

Chi-squared tests at a false-alarm rate of 1e-4 each, with fixed seeds.
"""

import numpy as np
import pytest
from scipy.stats import chi2

from kerasdeep.samplers import ContrastiveDivergence, PersistentContrastiveDivergence, get
from tests import oracles
from tests.small import make_rbm, parameters

NUM_CHAINS = 20_000


@pytest.fixture
def oracle():
    return parameters("bernoulli", "bernoulli", num_visible=4, num_hidden=3, scale=1.5)


def assert_distributed_as(oracle, visible):
    """Chi-squared test of independent visible states against the enumerated probabilities."""
    states, p = oracles.distribution(oracle)
    weights = 2 ** np.arange(4)
    counts = np.bincount((np.array(visible) @ weights).astype(int), minlength=16)
    expected = len(visible) * p[np.argsort(states @ weights)]
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic < chi2.ppf(1 - 1e-4, df=15)


def test_cd_chains_started_at_one_state_reach_the_model_distribution(oracle):
    rbm = make_rbm(oracle)
    field = rbm.hidden_field(np.zeros((NUM_CHAINS, 4), "float32"))
    particles = ContrastiveDivergence(steps=100).negative_phase(rbm, field)
    assert_distributed_as(oracle, particles.visible)


def test_one_cd_step_has_not_reached_it_yet(oracle):
    """The power of the test above: it sees the difference that it is meant to see."""
    rbm = make_rbm(oracle)
    field = rbm.hidden_field(np.zeros((NUM_CHAINS, 4), "float32"))
    with pytest.raises(AssertionError):
        assert_distributed_as(oracle, ContrastiveDivergence(1).negative_phase(rbm, field).visible)


def test_persistent_particles_reach_the_model_distribution(oracle):
    rbm = make_rbm(oracle)
    sampler = PersistentContrastiveDivergence(NUM_CHAINS, steps=1)
    sampler.build((None, 3))
    field = rbm.hidden_field(np.zeros((1, 4), "float32"))
    for _ in range(100):
        particles = sampler.negative_phase(rbm, field)
    assert_distributed_as(oracle, particles.visible)


def test_sample_draws_from_the_model_distribution(oracle):
    assert_distributed_as(oracle, make_rbm(oracle).sample(NUM_CHAINS, steps=100))


def test_sample_from_an_initial_state_and_means(oracle):
    rbm = make_rbm(oracle)
    start = np.ones((8, 4), "float32")
    samples = np.array(rbm.sample(steps=3, initial=start))
    means = np.array(rbm.sample(steps=3, initial=start, mean=True))
    assert samples.shape == means.shape == (8, 4)
    assert set(np.unique(samples)) <= {0.0, 1.0}
    assert ((means > 0) & (means < 1)).all()


@pytest.mark.parametrize("arguments", [{"steps": 0}, {"steps": 1.5}, {"num_chains": 0}])
def test_bad_sampler_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match="at least 1. Received"):
        PersistentContrastiveDivergence(**arguments)


def test_unknown_samplers_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="cd, pcd.*Received: 'gibbs'"):
        get("gibbs")
