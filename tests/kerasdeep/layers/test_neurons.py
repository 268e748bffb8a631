"""Threshold units, the perceptron and stochastic binary units against logic and theorems."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.layers import StochasticBinary, ThresholdUnit
from kerasdeep.models import Perceptron

INPUTS = np.array(list(itertools.product([0, 1], repeat=2)), "float32")
TABLES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nor": [1, 0, 0, 0], "xor": [0, 1, 1, 0]}


@pytest.mark.parametrize(
    ("weights", "threshold", "table"),
    [([1, 1], 2, "and"), ([1, 1], 1, "or"), ([-1, -1], 0, "nor")],
)
def test_threshold_units_are_logical_functions(weights, threshold, table):
    assert np.array(ThresholdUnit(weights, threshold)(INPUTS)).ravel().tolist() == TABLES[table]


def test_two_layers_of_threshold_units_are_exclusive_or(tmp_path):
    network = keras.Sequential(
        [
            keras.Input((2,)),
            ThresholdUnit([[1, -1], [1, -1]], threshold=[1, -1]),  # or, not both
            ThresholdUnit([1, 1], threshold=2),
        ]
    )
    network.save(tmp_path / "xor.keras")
    loaded = keras.models.load_model(tmp_path / "xor.keras")
    assert loaded.predict(INPUTS, verbose=0).ravel().tolist() == TABLES["xor"]


@pytest.mark.parametrize(
    ("weights", "threshold"), [([1, 1], [1, 2]), ([[1, 1]], [[0], [5]]), ([[1, 1]], [1, 2, 3])]
)
def test_thresholds_that_do_not_fit_are_refused(weights, threshold):
    with pytest.raises(ValueError, match="one threshold, or one a unit. Received"):
        ThresholdUnit(weights, threshold)


@pytest.mark.parametrize("table", ["and", "or", "nor"])
def test_the_perceptron_learns_what_a_plane_can_separate_and_stops(table):
    perceptron = Perceptron()
    history = perceptron.fit(INPUTS, TABLES[table], epochs=100, verbose=0).history
    assert perceptron.separated
    assert history["mistakes"][-1] == 0 and len(history["mistakes"]) < 100
    assert perceptron.predict(INPUTS, verbose=0).ravel().tolist() == TABLES[table]
    results = perceptron.evaluate(INPUTS, np.array(TABLES[table]), verbose=0, return_dict=True)
    assert results == {"loss": 0, "mistakes": 0, "accuracy": 1}


def test_the_perceptron_proves_that_it_cannot_learn_exclusive_or():
    perceptron = Perceptron()
    with pytest.warns(UserWarning, match="no plane separates these classes"):
        history = perceptron.fit(INPUTS, TABLES["xor"], epochs=1000, verbose=0)
    assert perceptron.separated is False
    assert len(history.epoch) < 50


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptron_makes_no_more_mistakes_than_its_theorem_allows(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (200, 5)).astype("float32")
    normal, offset = rng.normal(size=5), 0.1
    distance = (x @ normal + offset) / np.sqrt(normal @ normal + offset**2)
    x, distance = x[np.abs(distance) > 0.1], distance[np.abs(distance) > 0.1]
    radius = np.sqrt((x**2).sum(1).max() + 1)
    perceptron = Perceptron(learning_rate=0.3)
    history = perceptron.fit(x, distance > 0, epochs=1000, verbose=0).history
    assert perceptron.separated
    assert sum(history["mistakes"]) <= (radius / np.abs(distance).min()) ** 2


def test_the_perceptron_says_where_epochs_ran_out():
    rng = np.random.default_rng(0)
    with pytest.warns(UserWarning, match="mistakes in the last of 2 epochs; nothing is proven"):
        Perceptron().fit(rng.normal(size=(50, 2)), rng.integers(0, 2, 50), epochs=2, verbose=0)


def test_the_perceptron_saves_and_refuses_other_labels(tmp_path):
    perceptron = Perceptron(0.5)
    perceptron.fit(INPUTS, TABLES["or"], epochs=20, verbose=0)
    perceptron.save(tmp_path / "or.keras")
    loaded = keras.models.load_model(tmp_path / "or.keras")
    assert loaded.learning_rate == 0.5
    assert loaded.predict(INPUTS, verbose=0).ravel().tolist() == TABLES["or"]
    with pytest.raises(ValueError, match=r"labels 0 and 1. Received: labels \[-1.0, 1.0\]"):
        perceptron.fit(INPUTS, [-1, 1, 1, 1], verbose=0)
    with pytest.raises(ValueError, match="learning_rate > 0"):
        Perceptron(0)


def test_stochastic_units_draw_in_training_and_are_means_outside():
    """40,000 draws a unit; 5 standard errors, false alarm below 1e-5."""
    layer, x = StochasticBinary(seed=0), np.repeat([[-2.0, 0.0, 1.0]], 40_000, axis=0)
    mean = 1 / (1 + np.exp(-x[0]))
    drawn = np.array(layer(x, training=True))
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert (np.abs(drawn.mean(axis=0) - mean) < 5 * np.sqrt(mean * (1 - mean) / 40_000)).all()
    np.testing.assert_allclose(layer(x)[0], mean, rtol=1e-6)


def test_their_gradient_is_that_of_the_mean():
    x = tf.Variable([[-2.0, 0.0, 1.0]])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(StochasticBinary(seed=0)(x, training=True))
    mean = 1 / (1 + np.exp(-np.array(x)))
    np.testing.assert_allclose(tape.gradient(total, x), mean * (1 - mean), rtol=1e-5)


def test_their_random_state_is_saved(tmp_path):
    model = keras.Sequential([keras.Input((50,)), StochasticBinary(seed=1)])
    x = np.zeros((4, 50))
    model(x, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(x, training=True), model(x, training=True))
