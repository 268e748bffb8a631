"""The likelihood that a run reports, against enumeration."""

import json

import numpy as np
import pytest

from kerasdeep.likelihood import Estimate, annealed_importance_sampling
from kerasdeep.recipes.results.from_runs import intervals
from kerasdeep.recipes.tasks.likelihood import likelihood_rows, measure_likelihood, recorded
from kerasdeep.zoo import measured
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


def test_an_open_interval_is_written_as_json_has_it_and_told():
    found = {"forward": Estimate(-84.454, -85.17, np.inf)}
    record = json.loads(json.dumps({"test_log_likelihood": recorded(found)}, allow_nan=False))
    (estimate,) = intervals(record).values()
    assert measured.number(estimate) == "-84.45 (-85.17, open upwards)"
    assert likelihood_rows(found)[0][1:] == ("-84.45", "nats an example, -85.17 and up")
    assert likelihood_rows(found, bounds=True)[0][0] == "test log-likelihood bound, AIS"
