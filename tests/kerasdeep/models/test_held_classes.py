"""Chains of a deep Boltzmann machine that hold a class each, against sums over all states."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.models import DBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from tests import oracles
from tests.kerasdeep.models.test_dbm import X
from tests.kerasdeep.models.test_dbm_labels import joint_log_p

NUM_CLASSES, NUM_CHAINS = 3, 30_000
DATA = X[[1, 3, 3, 6, 12, 8]]
LABELS = np.array([0, 1, 1, 2, 0, 1])


def make(layers, num_chains=NUM_CHAINS, **arguments):
    """Returns a machine with random weights whose mean field runs to its fixed point."""
    exact = {"max_sweeps": 100, "training_sweeps": 100, "tolerance": 1e-7, "centering": False}
    options = {"pretraining": False, "seed": 0, "chains_by_class": True, **exact, **arguments}
    model = DBM(layers, num_classes=NUM_CLASSES, **options)
    model.build((None, X.shape[1]))
    model.join()
    rng = np.random.default_rng(0)
    for weight in model.energy_parameters:
        weight.assign(0.8 * rng.normal(size=weight.shape))
    model.compile(keras.optimizers.SGD(0.0), PersistentContrastiveDivergence(num_chains))
    return model


@pytest.mark.parametrize("layers", [[3], [3, 2], [2, 2, 2]])
def test_an_update_is_the_gradient_of_data_given_labels(layers, close):
    """By central differences of the bound of log p(v | y), whose label biases have none; 30,000
    chains after 60 steps: five standard errors, and so a false alarm of 1e-4 with 100 numbers."""
    model = make(layers)
    for _ in range(60):
        model.train_on_batch(DATA, LABELS)
    start = [ops.convert_to_numpy(weight) for weight in model.energy_parameters]

    def bound():
        free = ops.convert_to_numpy(model._variational(DATA, LABELS)).astype("float64")
        of_class = np.logaddexp.reduce(joint_log_p(model, X), axis=0)
        return float((-free - of_class[LABELS]).mean())

    slopes = oracles.slopes(model.energy_parameters, bound)
    model.optimizer.learning_rate = 1.0
    model.train_on_batch(DATA, LABELS)
    for weight, value, slope in zip(model.energy_parameters, start, slopes, strict=True):
        move = ops.convert_to_numpy(weight) - value
        close("DBM, gradient given labels", move, slope, 5 * np.sqrt(NUM_CLASSES / NUM_CHAINS))


@pytest.mark.parametrize("layers", [[3], [3, 2]])
def test_chains_of_a_class_reach_its_distribution(layers):
    """10,000 chains a class: chi-squared of 15 degrees of freedom, false alarm 1e-4 each."""
    model = make(layers)
    for _ in range(60):
        model.train_on_batch(DATA, LABELS)
    classes = np.arange(NUM_CHAINS) % NUM_CLASSES
    drawn, _ = model.given(classes).gibbs_step(model.sampler.chains)
    states_of = (np.array(drawn)[:, :4] @ [8, 4, 2, 1]).astype(int)
    for label, log_p in enumerate(joint_log_p(model, X).T):
        counts = np.bincount(states_of[classes == label], minlength=16)
        expected = counts.sum() * np.exp(log_p - np.logaddexp.reduce(log_p))
        assert (np.square(counts - expected) / expected).sum() < 44.3


def test_classes_count_as_often_as_data_has_them(close):
    """With weights of rows, and of a row without a label by what the machine takes it for."""
    model = make([3, 2], num_chains=31)
    model.optimizer.learning_rate = 1.0
    before = ops.convert_to_numpy(model.biases[-1])
    labels = np.where(np.arange(6) == 2, -1, LABELS)
    model.train_on_batch(DATA, labels, sample_weight=np.array([0.0, 2.0, 1.0, 1.0, 0.5, 3.0]))
    close("DBM, label biases", model.biases[-1], before, 1e-6)


def test_fast_weights_move_them_too():
    model = make([3, 2], num_chains=30)
    model.compile(keras.optimizers.SGD(0.1), "fast_pcd")
    model.fit(DATA, LABELS, epochs=5, verbose=0)
    assert all(np.isfinite(weight).all() for weight in model.kernels)


def test_it_says_which_chains_it_needs():
    with pytest.raises(ValueError, match="expects num_classes with chains_by_class"):
        DBM([3], chains_by_class=True)
    for sampler, received in (
        ("cd", "ContrastiveDivergence."),
        (PersistentContrastiveDivergence(2), "with 2 chains"),
    ):
        with pytest.raises(ValueError, match=f"at least one for each of 3 .*{received}"):
            make([3]).compile("sgd", sampler)
