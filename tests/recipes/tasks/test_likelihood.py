"""The likelihood that a run reports, against enumeration."""

import numpy as np
import pytest

from kerasdeep.likelihood import annealed_importance_sampling
from kerasdeep.recipes.tasks.likelihood import measure_likelihood
from tests import oracles
from tests.small import make_rbm, parameters, values

ORACLE = parameters("bernoulli", "bernoulli", num_visible=21, num_hidden=6, scale=0.8)
ROWS = values("bernoulli", 50, 21)


@pytest.fixture(scope="module")
def exact():
    weights = (ORACLE[name] for name in ("kernel", "visible_bias", "hidden_bias"))
    return oracles.bernoulli_log_likelihood(*weights, ROWS)


def test_the_likelihood_of_a_small_model_is_exact(exact):
    found = measure_likelihood(make_rbm(ORACLE), ROWS, ROWS, 1)
    assert found == {"exact": pytest.approx((exact, exact, exact), abs=1e-4)}


def test_that_of_a_large_one_is_annealed_forward_and_in_reverse(exact):
    """Fifteen hidden units without weights make the same model too large for a sum."""
    more = {
        "kernel": np.pad(ORACLE["kernel"], ((0, 0), (0, 15))),
        "hidden_bias": np.pad(ORACLE["hidden_bias"], (0, 15)),
    }
    rbm = make_rbm({**ORACLE, **more})
    rbm.seed_chains(0)
    found = measure_likelihood(rbm, ROWS, ROWS, 200)
    unnormalized = -np.mean(rbm.free_energy(ROWS))
    for way, reverse in (("forward", False), ("reverse", True)):
        rbm.seed_chains(0)
        log_z = annealed_importance_sampling(rbm, ROWS, 200, reverse=reverse, verbose=0)
        mean, low, high = found[way]
        assert mean == pytest.approx(unnormalized - log_z.mean, abs=1e-3)
        assert low == pytest.approx(unnormalized - log_z.high, abs=1e-3)
        assert high == pytest.approx(unnormalized - log_z.low, abs=1e-3)
        assert low < exact < high < low + 0.2
    assert found["forward"] != found["reverse"]
