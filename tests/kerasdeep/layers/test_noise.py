"""Layers that spoil what a network is shown, and codes that noise makes binary."""

import keras
import numpy as np
import pytest

from kerasdeep.layers import (
    BinaryCode,
    GaussianNoise,
    MaskingNoise,
    SaltAndPepperNoise,
    TransposedDense,
)

LAYERS = {
    "masking": lambda: MaskingNoise(0.3, seed=1),
    "salt_and_pepper": lambda: SaltAndPepperNoise(0.3, -1.0, 2.0, seed=1),
    "gaussian": lambda: GaussianNoise(0.3, seed=1),
    "binary_code": lambda: BinaryCode(2.0, seed=1),
}
X = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", LAYERS)
def test_noise_goes_on_from_a_file_and_is_absent_from_inference(name, policy, tmp_path):
    with_policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = keras.Sequential([keras.Input((4,)), LAYERS[name]()])
    finally:
        keras.config.set_dtype_policy(with_policy)
    quiet = np.array(model(X))
    np.testing.assert_array_equal(quiet, model(X))
    expected = X >= 0 if name == "binary_code" else X.astype(quiet.dtype)
    np.testing.assert_array_equal(quiet, expected)
    assert not np.array_equal(model(X, training=True), model(X, training=True))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X, training=True), model(X, training=True))


@pytest.mark.parametrize("name", LAYERS)
def test_noise_on_whole_numbers_is_as_on_real_ones(name):
    whole = np.arange(40, dtype="uint8").reshape(10, 4)
    for training in (False, True):
        of_whole, of_real = (
            np.array(LAYERS[name]()(rows, training=training))
            for rows in (whole, whole.astype("float32"))
        )
        np.testing.assert_array_equal(of_whole, of_real)
        assert of_whole.dtype == of_real.dtype == "float32"


def test_a_mask_passes_through_noise_and_turned_layers():
    rows = np.zeros((2, 3, 4), "float32")
    rows[0, 0] = 1.0
    dense = keras.layers.Dense(5)
    dense.build((None, None, 4))
    layers = keras.layers.Masking(), LAYERS["gaussian"](), dense, TransposedDense(dense)
    made = keras.Sequential(layers)(rows)
    np.testing.assert_array_equal(made._keras_mask, rows.any(axis=-1))


def test_a_binary_code_is_a_noisy_sigmoid_in_training():
    """The mean over 20,000 draws, within five standard errors, one in a million by chance."""
    layer = BinaryCode(2.0, seed=0)
    for value in (-3.0, 0.0, 1.5):
        drawn = np.array(layer(np.full((20_000, 1), value, "float32"), training=True))
        noise = np.random.default_rng(1).normal(size=10**6)
        mean = 1 / (1 + np.exp(-value - 2 * noise))
        error = 5 * mean.std() * np.sqrt(1 / 20_000 + 1e-6)
        assert drawn.mean() == pytest.approx(mean.mean(), abs=error)
        assert drawn.std() == pytest.approx(mean.std(), rel=0.05)


def test_noise_drives_codes_away_from_the_middle():
    """What separates two groups of rows comes to be far from zero, more so under more noise."""
    rows = np.tile([[0.0, 0.2], [1.0, 0.8]], (1000, 1)).astype("float32")
    distances = []
    for noise in (0.0, 4.0):
        keras.utils.set_random_seed(0)
        encoder = keras.Sequential([keras.layers.Dense(1), BinaryCode(noise, seed=1)])
        model = keras.Sequential([encoder, keras.layers.Dense(2, "sigmoid")])
        model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
        model.fit(rows, rows, epochs=10, batch_size=100, verbose=0)
        distances.append(np.abs(np.array(encoder.layers[0](rows))).min())
    assert distances[1] > 1.5 * distances[0]


def test_arguments_out_of_range_are_refused():
    for make in (lambda: BinaryCode(-1.0), lambda: GaussianNoise(-0.1), lambda: MaskingNoise(-0.1)):
        with pytest.raises(ValueError, match="Received"):
            make()
