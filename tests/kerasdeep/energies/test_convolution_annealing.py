"""The convolutional RBM's partition function, by annealing and by all images there are."""

import itertools

import numpy as np
import pytest

from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood
from kerasdeep.models import ConvolutionalRBM

IMAGES = np.array(list(itertools.product((0, 1), repeat=12)), "float32").reshape(-1, 3, 4, 1)


@pytest.fixture(scope="module")
def crbm():
    model = ConvolutionalRBM(3, 2, pool_size=2, seed=1)
    model.build((None, 3, 4, 1))
    rng = np.random.default_rng(0)
    model.kernel.assign(rng.normal(size=model.kernel.shape))
    model.visible_bias.assign([-0.3])
    model.hidden_bias.assign(rng.normal(size=3))
    return model


@pytest.fixture(scope="module")
def log_z(crbm):
    return np.logaddexp.reduce(-np.array(crbm.free_energy(IMAGES), "float64"))


@pytest.mark.parametrize("reverse", [False, True])
def test_annealing_finds_the_enumerated_partition_function(crbm, log_z, reverse, record_property):
    """Within its interval of three standard errors, and 0.1 nats; seed fixed."""
    found = annealed_importance_sampling(
        crbm, IMAGES[1000:1200], 1000, 500, reverse=reverse, burn_in=200, verbose=0
    )
    record_property("measured", f"convolutional AIS: {found.mean:.3f}, exact {log_z:.3f}")
    assert found.low - 0.02 < log_z < found.high + 0.02
    assert found.mean == pytest.approx(log_z, abs=0.1)


def test_likelihoods_of_all_images_sum_to_one(crbm, log_z):
    log_p = log_likelihood(crbm, IMAGES, log_z)
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-4)
