"""Exact likelihoods after training: against the data's entropy and against scikit-learn."""

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

from kerasdeep.models import RBM
from kerasdeep.samplers import ContrastiveDivergence, PersistentContrastiveDivergence
from tests import oracles


def exact_log_likelihood(rbm, rows):
    weights = [
        np.array(weight, float) for weight in (rbm.kernel, rbm.visible_bias, rbm.hidden_bias)
    ]
    return oracles.bernoulli_log_likelihood(*weights, rows)


def trained(rows, num_hidden, sampler, rate, epochs, batch_size, seed):
    keras.utils.set_random_seed(seed)
    rbm = RBM(num_hidden, seed=seed)
    steps = epochs * -(-len(rows) // batch_size)
    schedule = keras.optimizers.schedules.PolynomialDecay(rate, steps, 0.0)
    rbm.compile(keras.optimizers.SGD(schedule), sampler, steps_per_execution=50)
    rbm.fit(rows, batch_size=batch_size, epochs=epochs, verbose=0)
    return rbm


def test_bars_and_stripes_pcd_beats_cd_and_both_beat_independent_units(record_property):
    """10,000 updates, each with all 16 images; every seed of PCD above every seed of CD-1."""
    rows = oracles.bars_and_stripes(3)
    epochs_of_100 = np.tile(rows, (100, 1))
    bound = -oracles.entropy(rows)
    independent = 9 * np.log(0.5)  # every pixel is on in half of the images
    cd, pcd = (
        [
            exact_log_likelihood(trained(epochs_of_100, 16, sampler(), 0.1, 100, 16, seed), rows)
            for seed in range(2)
        ]
        for sampler in (ContrastiveDivergence, lambda: PersistentContrastiveDivergence(500))
    )
    record_property(
        "measured",
        f"bars and stripes, nats: PCD {np.mean(pcd):.3f}, CD-1 {np.mean(cd):.3f}, "
        f"independent units {independent:.3f}, bound {bound:.3f}",
    )
    assert independent < min(cd) <= max(cd) < min(pcd) <= max(pcd) < bound


def test_at_least_as_good_as_scikit_learn_on_binarized_digits(record_property):
    """16 hidden units, 50 epochs, mean over 3 seeds of the exact test log-likelihood. The rates of
    both were chosen by `benchmarks/against_scikit_learn.py` on validation rows."""
    rows = (load_digits().data > 7.5).astype("float32")
    held_out = np.arange(len(rows)) % 5 == 4
    train, test = rows[~held_out], rows[held_out]
    ours, theirs = [], []
    for seed in range(3):
        ours.append(exact_log_likelihood(trained(train, 16, "pcd", 0.8, 50, 10, seed), test))
        peer = BernoulliRBM(16, learning_rate=0.03, batch_size=10, n_iter=50, random_state=seed)
        peer.fit(train)
        theirs.append(
            oracles.bernoulli_log_likelihood(
                peer.components_.T, peer.intercept_visible_, peer.intercept_hidden_, test
            )
        )
    record_property(
        "measured",
        f"digits, nats: kerasdeep {np.mean(ours):.2f}, scikit-learn {np.mean(theirs):.2f}",
    )
    assert np.mean(ours) >= np.mean(theirs)
