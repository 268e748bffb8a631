"""Locally connected layers: against convolutions, sums by hand, and finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.layers import LocallyConnected2D

OPTIONS = {
    "plain": {},
    "same": {"padding": "same", "strides": 2, "activation": "tanh"},
    "strides": {"strides": (1, 2), "use_bias": False},
    "first": {"padding": "same", "strides": (2, 1), "data_format": "channels_first"},
}


def images(shape=(4, 7, 8, 3), seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def layer(name, **options):
    """Returns a layer of five filters with a bias at random, and images for it."""
    options = {"bias_initializer": "random_normal", **OPTIONS[name], **options}
    first = options.get("data_format") == "channels_first"
    return LocallyConnected2D(5, (3, 2), **options), images((4, 3, 7, 8) if first else (4, 7, 8, 3))


@pytest.mark.parametrize("name", OPTIONS)
def test_of_the_same_weights_at_all_places_it_is_a_convolution(name):
    """CPUs convolve channels_last alone, so the convolution gets its images turned."""
    local, x = layer(name)
    shape = local(x).shape
    first = local.data_format == "channels_first"
    options = OPTIONS[name] | {"data_format": None, "bias_initializer": "random_normal"}
    conv = keras.layers.Conv2D(5, (3, 2), **options)
    expected = np.array(conv(np.moveaxis(x, 1, -1) if first else x))
    kernel = np.reshape(conv.kernel, (18, 5))
    local.kernel.assign(np.broadcast_to(kernel, local.kernel.shape))
    if local.use_bias:
        local.bias.assign(np.broadcast_to(conv.bias, local.bias.shape))
    found = local(x)
    np.testing.assert_allclose(np.moveaxis(found, 1, -1) if first else found, expected, atol=1e-5)
    assert found.shape == shape == local.compute_output_shape(x.shape)


def test_every_place_answers_by_weights_of_its_own():
    x = images((2, 5, 6, 2))
    local = LocallyConnected2D(3, (2, 3), (2, 1), activation="relu", bias_initializer="normal")
    found = np.array(local(x))
    kernel, bias = map(np.array, local.weights)
    assert (found.shape, kernel.shape, bias.shape) == ((2, 2, 4, 3), (2, 4, 12, 3), (2, 4, 3))
    for row, column in np.ndindex(2, 4):
        window = x[:, 2 * row : 2 * row + 2, column : column + 3].reshape(2, 12)
        expected = np.maximum(window @ kernel[row, column] + bias[row, column], 0)
        np.testing.assert_allclose(found[:, row, column], expected, atol=1e-5)


@pytest.mark.parametrize("name", OPTIONS)
def test_gradients_are_those_of_finite_differences(name):
    local, x = layer(name)
    weight = images(local(x).shape, seed=1)
    values = tf.Variable(x)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(local(values) * weight)
    variables = [values, *(variable.value for variable in local.trainable_weights)]
    for variable, gradient in zip(variables, tape.gradient(total, variables), strict=True):
        start, step = np.array(variable), 1e-2
        for index in range(0, start.size, start.size // 10):
            ends = []
            for sign in (1, -1):
                moved = start.copy()
                moved.flat[index] += sign * step
                variable.assign(moved)
                ends.append((np.array(local(values), float) * weight).sum())
            variable.assign(start)
            difference = (ends[0] - ends[1]) / 2 / step
            assert np.ravel(gradient)[index] == pytest.approx(difference, abs=0.005)


@pytest.mark.parametrize("name", OPTIONS)
def test_it_is_a_layer_as_any_of_keras(name, tmp_path):
    local, x = layer(name)
    network = keras.Sequential([keras.Input(x.shape[1:]), local])
    expected = network.predict(x, verbose=0)
    assert network.output_shape[1:] == expected.shape[1:]
    config = local.get_config()
    assert LocallyConnected2D.from_config(config).get_config() == config
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
    network.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served"))
    np.testing.assert_allclose(served.serve(x), expected, rtol=1e-5, atol=1e-6)
    halved = LocallyConnected2D.from_config(config | {"dtype": "mixed_bfloat16"})
    halved.build(x.shape)
    halved.set_weights(local.get_weights())
    assert halved.kernel.dtype == "float32" and halved(x).dtype == "bfloat16"
    np.testing.assert_allclose(np.array(halved(x), "float32"), expected, atol=0.03)


@pytest.mark.parametrize("initializer", ["glorot_uniform", "he_normal", "orthogonal", "normal"])
def test_it_starts_as_large_as_a_convolution(initializer):
    """By Keras's own fans, of 49 places, it would be 7 times smaller.

    The seed is fixed; 4% is 3 standard deviations of the ratio over seeds, false alarm 0.3%.
    """
    x = images((50, 9, 9, 20))
    made = {}
    for kind in (keras.layers.Conv2D, LocallyConnected2D):
        keras.utils.set_random_seed(0)
        made[kind] = np.std(kind(15, 3, kernel_initializer=initializer)(x))
    assert made[LocallyConnected2D] == pytest.approx(made[keras.layers.Conv2D], rel=0.04)


def test_its_weights_have_regularizers_and_constraints():
    kernel = {"kernel_regularizer": "l2", "kernel_constraint": "max_norm"}
    local, x = layer("plain", **kernel, bias_regularizer="l1", bias_constraint="non_neg")
    copy = LocallyConnected2D.from_config(local.get_config())
    copy.build(x.shape)
    assert [type(weight.regularizer).__name__ for weight in copy.weights] == ["L2", "L1"]
    assert [type(weight.constraint).__name__ for weight in copy.weights] == ["MaxNorm", "NonNeg"]


def test_it_may_start_from_given_weights():
    kernel = images((6, 7, 12, 2))
    local = LocallyConnected2D(2, 2, kernel_initializer=kernel)
    local.build((None, 7, 8, 3))
    np.testing.assert_array_equal(local.kernel, kernel)


@pytest.mark.parametrize(
    "make, reason",
    [
        (lambda: LocallyConnected2D(0, 3), "filters to be an integer, at least 1.*filters=0"),
        (lambda: LocallyConnected2D(2, (3, 0)), r"kernel_size as .* kernel_size=\(3, 0\)"),
        (lambda: LocallyConnected2D(2, 3, 0), "strides as a whole number of at least 1"),
        (lambda: LocallyConnected2D(2, 3, padding="full"), "'valid' or 'same'.*padding='full'"),
        (lambda: LocallyConnected2D(2, 8)(images()), r"at least \(8, 8\), the size of its window"),
        (lambda: LocallyConnected2D(2, 3)(np.ones((2, 4))), "expected ndim=4"),
        (lambda: keras.Sequential([layer("plain")[0]] * 2)(images()), "expected shape"),
        (
            lambda: LocallyConnected2D(2, 3)(keras.Input((None, 8, 3))),
            r"a known size, .* Received: .*\(None, None, 8, 3\). Pass the size to keras.Input",
        ),
    ],
)
def test_it_refuses_what_it_cannot_do(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()
