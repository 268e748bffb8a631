"""Dropout that resumes, and the classifiers that use it."""

import keras
import numpy as np
import pytest

from kerasdeep.layers import Dropout
from kerasdeep.models import DBN
from tests.kinds import weights


def test_it_drops_as_that_of_keras_and_saves_its_random_state(tmp_path):
    x = np.ones((500, 40), "float32")
    ours, theirs = Dropout(0.3, seed=1), keras.layers.Dropout(0.3, seed=1)
    np.testing.assert_array_equal(ours(x, training=True), theirs(x, training=True))
    np.testing.assert_array_equal(ours(x), x)
    model = keras.Sequential([keras.Input((40,)), ours])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(x, training=True), model(x, training=True))


@pytest.mark.parametrize("rate", [0.001, 0.3, 0.95])
def test_16_bits_drop_the_share_that_they_are_told_to(rate):
    """Of a million ones, within four standard errors, one in 16,000 by chance."""
    values = np.array(Dropout(rate, seed=0, dtype="mixed_bfloat16")(np.ones(10**6), training=True))
    error = 4 * np.sqrt(rate * (1 - rate) / 10**6)
    assert np.mean(values == 0) == pytest.approx(rate, abs=error)
    assert values.astype("float64").mean() == pytest.approx(1, abs=error / (1 - rate) + 2**-8)


@pytest.fixture
def make(digits):
    """Returns a function that makes a compiled classifier with dropout."""
    dbn = DBN([20, 10], seed=1)
    dbn.compile()
    dbn.fit(digits[0], verbose=0)

    def classifier():
        model = dbn.to_classifier(10, input_dropout=0.1, dropout=0.4, max_norm=2.0)
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
        return model

    return classifier


def test_a_classifier_with_dropout_resumes_exactly_from_a_file(make, digits, tmp_path):
    x, y = digits
    arguments = {"batch_size": 100, "shuffle": False, "verbose": 0}
    model = make()
    model.fit(x, y, **arguments)
    model.save(tmp_path / "model.keras")
    model.fit(x, y, epochs=2, **arguments)
    keras.utils.set_random_seed(99)
    resumed = keras.models.load_model(tmp_path / "model.keras")
    resumed.fit(x, y, epochs=2, **arguments)
    for one, other in zip(weights(model), weights(resumed), strict=True):
        np.testing.assert_array_equal(one, other)


def test_max_norm_holds_for_every_hidden_layer(make, digits):
    model = make()
    model.get_layer("encoder_1").kernel.assign(9 * model.get_layer("encoder_1").kernel.value)
    model.fit(*digits, verbose=0)
    for name in ("encoder_1", "encoder_2"):
        norms = np.linalg.norm(model.get_layer(name).kernel, axis=0)
        assert norms.max() <= 2.0 + 1e-5
