"""Distances of drawings from data, against closed forms."""

import keras
import numpy as np
import pytest
from scipy.linalg import sqrtm

from kerasdeep.callbacks import FrechetDistance
from kerasdeep.likelihood import frechet_distance
from kerasdeep.models import DBN, GAN, RBM, Autoencoder, ClassificationRBM

RNG = np.random.default_rng(0)


def test_the_distance_is_that_of_two_normal_distributions(close):
    first = RNG.normal(size=(200, 4)) @ RNG.normal(size=(4, 4))
    second = np.add(RNG.normal(size=(150, 4)), [1, 0, 0, 2])
    covariances = [np.cov(points, rowvar=False) for points in (first, second)]
    expected = np.square(first.mean(axis=0) - second.mean(axis=0)).sum() + np.trace(
        sum(covariances) - 2 * sqrtm(covariances[0] @ covariances[1]).real
    )
    close("distance", frechet_distance(first, second), expected, 1e-9)
    close("the other way", frechet_distance(second, first), expected, 1e-9)


def test_of_few_points_it_is_the_same(close):
    first, second = RNG.normal(size=(12, 30)), RNG.normal(size=(9, 30)) + 0.5
    covariances = [np.cov(points, rowvar=False) for points in (first, second)]
    values = np.linalg.eigvals(covariances[0] @ covariances[1])
    common = np.sqrt(np.maximum(values.real, 0)).sum()
    expected = np.square(first.mean(axis=0) - second.mean(axis=0)).sum()
    expected += np.trace(sum(covariances)) - 2 * common
    close("distance of few points", frechet_distance(first, second), expected, 1e-4)


def test_it_sees_a_shift_and_a_loss_of_variety(close):
    rows = RNG.normal(size=(500, 3))
    close("of equals", frechet_distance(rows, rows), 0, 1e-9)
    close("a shift", frechet_distance(rows, np.add(rows, [3, 0, 0])), 9, 1e-9)
    half = rows.mean(axis=0) + (rows - rows.mean(axis=0)) / 2
    variance = np.trace(np.cov(rows, rowvar=False))
    close("half as wide", frechet_distance(rows, half), variance / 4, 1e-9)


def test_it_refuses_what_has_no_distance():
    rows = np.ones((5, 3))
    for first, second in ((rows, np.ones((5, 2))), (rows, np.ones((1, 3))), (rows, np.ones(3))):
        with pytest.raises(ValueError, match="two arrays of shape"):
            frechet_distance(first, second)
    with pytest.raises(ValueError, match="finite features"):
        frechet_distance(rows, np.full((5, 3), np.nan))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ClassificationRBM(4, 2, seed=0),
        lambda: DBN([RBM(4, seed=0), RBM(3, seed=0)]),
    ],
)
def test_whatever_draws_can_be_watched(make):
    rows, labels = RNG.random((60, 3)).astype("float32"), RNG.integers(0, 2, 60)
    ended = []
    for watching in ([], [FrechetDistance(rows)]):
        keras.utils.set_random_seed(0)
        model = make()
        model.compile("sgd")
        model.fit(rows, labels, epochs=2, verbose=0, callbacks=watching)
        ended.append(model.get_weights())
    for one, other in zip(*ended, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_draws_nothing_cannot_be_watched():
    model = Autoencoder(keras.layers.Dense(2))
    model.compile("sgd")
    with pytest.raises(ValueError, match="expects a model with `sample`"):
        model.fit(np.ones((9, 3)), verbose=0, callbacks=[FrechetDistance(np.ones((9, 3)))])


def test_a_training_reports_it_and_draws_as_it_would_without(close):
    def network():
        keras.utils.set_random_seed(0)
        gan = GAN(
            keras.Sequential([keras.layers.Dense(3)]),
            keras.Sequential([keras.layers.Dense(1)]),
            num_noise=2,
            seed=1,
        )
        gan.compile("sgd")
        return gan

    rows = RNG.random((60, 3)).astype("float32")
    watched, alone = network(), network()
    watching = FrechetDistance(rows[:20], features=lambda values: 2 * values, seed=5)
    history = watched.fit(rows, epochs=2, shuffle=False, verbose=0, callbacks=[watching]).history
    alone.fit(rows, epochs=2, shuffle=False, verbose=0)
    for one, other in zip(watched.weights, alone.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    watched.seed_chains(5)
    expected = frechet_distance(2 * rows[:20], 2 * np.array(watched.sample(20)))
    close("reported", history["val_frechet_distance"][-1], expected, 1e-6)
