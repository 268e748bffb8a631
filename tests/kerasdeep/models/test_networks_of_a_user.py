"""Networks that a user hands over as parts: subclassed ones, of images, tied by hand."""

import keras
import numpy as np
import pytest

from kerasdeep.layers import LocallyConnected2D, TransposedDense
from kerasdeep.likelihood import importance_log_likelihood
from kerasdeep.models import GAN, Autoencoder, StackedAutoencoder, VariationalAutoencoder
from kerasdeep.training.ends import activation_of, last_of

Dense, Conv2D, Conv2DTranspose = (
    keras.layers.Dense,
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
)
RNG = np.random.default_rng(0)
ROWS = RNG.random((40, 6)).astype("float32")
IMAGES = RNG.random((40, 8, 8, 1)).astype("float32")


@keras.saving.register_keras_serializable()
class Subclassed(keras.Model):
    """Two layers, in the order that `call` alone tells, and one that nothing depends on."""

    def __init__(self, size, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.activated = size, activation
        self.unused = Dense(2)
        self.unused.build((None, 2))
        self.last = Dense(size, activation)
        self.first = Dense(5, "relu")

    def call(self, inputs):
        return self.last(self.first(inputs))

    def get_config(self):
        return {**super().get_config(), "size": self.size, "activation": self.activated}


def trained_and_loaded(model, rows, folder):
    model.compile("adam")
    model.fit(rows, epochs=2, verbose=0)
    model.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras")


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_subclassed_networks_play(averaging, tmp_path):
    model = GAN(Subclassed(6, "sigmoid"), Subclassed(1), 4, averaging=averaging, penalty=0.1)
    loaded = trained_and_loaded(model, ROWS, tmp_path)
    noise = RNG.random((3, 4))
    np.testing.assert_array_equal(loaded.generate(noise), model.generate(noise))
    np.testing.assert_array_equal(loaded(ROWS), model(ROWS))


def test_subclassed_networks_make_codes_and_data(tmp_path):
    model = Autoencoder(Subclassed(3), Subclassed(6))
    loaded = trained_and_loaded(model, ROWS, tmp_path)
    assert np.any(np.array(model.decoder.first.bias) != 0)
    np.testing.assert_array_equal(loaded.reconstruct(ROWS), model.reconstruct(ROWS))
    assert model.compute_output_shape((7, 6)) == (7, 3)


def test_codes_may_be_images_with_one_divergence_a_row(close, tmp_path):
    """It is summed over all axes of a code, by NumPy."""
    up = [Conv2D(4, 3, strides=4, padding="same")]
    down = [Conv2DTranspose(1, 4, strides=4)]
    images = VariationalAutoencoder(keras.Sequential(up), keras.Sequential(down), seed=0)
    images.build((None, 8, 8, 1))
    code = np.array(images.encode(IMAGES))
    assert code.shape == (40, 2, 2, 2)
    _, log_variance = (np.array(part, float) for part in images.posterior(IMAGES))
    expected = (np.square(code) + np.exp(log_variance) - 1 - log_variance).sum(axis=(1, 2, 3)) / 2
    images.compile("sgd")
    found = images.evaluate(IMAGES, batch_size=2, verbose=0, return_dict=True)
    close("divergence", found["divergence"], expected.mean(), 1e-5)
    assert images.free_energy(IMAGES).shape == (40,)
    estimate = importance_log_likelihood(images, IMAGES, 200).mean()
    assert found["lower_bound"] < estimate < found["lower_bound"] + 10
    loaded = trained_and_loaded(images, IMAGES, tmp_path)
    np.testing.assert_array_equal(loaded.encode(IMAGES), images.encode(IMAGES))


def test_weights_that_were_tied_by_hand_stay_tied(tmp_path):
    below, above = Dense(5, "sigmoid"), Dense(3)
    decoder = keras.Sequential([TransposedDense(above, "sigmoid"), TransposedDense(below)])
    model = Autoencoder(keras.Sequential([below, above]), decoder)
    loaded = trained_and_loaded(model, ROWS, tmp_path)
    np.testing.assert_array_equal(loaded.reconstruct(ROWS), model.reconstruct(ROWS))
    dense = Dense(3)
    alone = Autoencoder(dense, TransposedDense(dense))
    stack = StackedAutoencoder([alone])
    for original in (loaded, alone, stack):
        original.build((None, 6))
        copy = keras.models.clone_model(original)
        copy.build((None, 6))
        assert len(copy.trainable_variables) == len(original.trainable_variables)
    first, second = copy.stack[0].encoder, copy.stack[0].decoder
    assert second.dense is first


def test_first_biases_may_be_of_each_place_or_of_each_channel(close):
    for last, axes in ((None, 0), (LocallyConnected2D(1, 1), 0), (Conv2D(1, 1), None)):
        encoder = [keras.layers.Flatten(), Dense(4)]
        decoder = [Dense(64, kernel_initializer="zeros"), keras.layers.Reshape((8, 8, 1))]
        decoder += [last] if last else []
        model = Autoencoder(keras.Sequential(encoder), keras.Sequential(decoder))
        model.initialize_from(IMAGES)
        expected = np.broadcast_to(IMAGES.mean(axis=axes), (8, 8, 1))
        close("start", model.reconstruct(IMAGES)[0], expected, 1e-4)


def test_the_last_activation_is_found_where_it_is():
    inputs = keras.Input((4,))
    dense = Dense(3)
    for network, name in (
        (Dense(3, "tanh"), "tanh"),
        (keras.Sequential([Dense(3, "sigmoid"), keras.layers.Reshape((3, 1))]), "sigmoid"),
        (keras.Sequential([Dense(3), keras.layers.ReLU()]), "relu"),
        (keras.layers.SpectralNormalization(Dense(3, "sigmoid")), "sigmoid"),
        (keras.Model(inputs, keras.ops.sigmoid(dense(inputs))), "sigmoid"),
        (keras.Model(inputs, keras.layers.Flatten()(Dense(3, "softplus")(inputs))), "softplus"),
        (keras.Model(inputs, dense(Dense(4, "relu")(inputs))), None),
        (Subclassed(3, "sigmoid"), None),
    ):
        assert activation_of(network) == name
    assert last_of(network) is network


def test_networks_with_two_outputs_are_refused():
    inputs = keras.Input((6,))
    encoder = keras.Model(inputs, [Dense(2)(inputs), Dense(2)(inputs)])
    model = VariationalAutoencoder(encoder, Dense(6))
    model.compile("sgd")
    with pytest.raises(ValueError, match="with 2. Join them with keras.layers.Concatenate"):
        model.fit(ROWS, verbose=0)
