"""Maxout and pooling: against sums by hand, limits that are known, and finite differences."""

import itertools
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.layers import (
    CrossChannelPooling,
    Maxout,
    NormPooling2D,
    WeightedAveragePooling2D,
)

LAYERS = {
    "maxout": lambda **kwargs: Maxout(3, **kwargs),
    "norm": lambda **kwargs: NormPooling2D(2, **kwargs),
    "norm-overlapping": lambda **kwargs: NormPooling2D((3, 2), (2, 1), "same", 3.5, **kwargs),
    "largest": lambda **kwargs: NormPooling2D(3, p=math.inf, **kwargs),
    "weighted": lambda **kwargs: WeightedAveragePooling2D(3, 2, "same", **kwargs),
    "across-max": lambda **kwargs: CrossChannelPooling(2, **kwargs),
    "across-average": lambda **kwargs: CrossChannelPooling(3, "average", **kwargs),
    "across-norm": lambda **kwargs: CrossChannelPooling(6, "norm", **kwargs),
}


def images(shape=(4, 7, 8, 6), seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def windows_by_hand(x, size, stride, padding):
    """Yields `(row, column, window, place)` with the pixels of a window inside the image."""
    starts = []
    for length, own_size, own_stride in zip(x.shape[1:3], size, stride, strict=True):
        count = -(-length // own_stride)
        before = max((count - 1) * own_stride + own_size - length, 0) // 2
        if padding == "valid":
            count, before = (length - own_size) // own_stride + 1, 0
        starts.append([index * own_stride - before for index in range(count)])
    for (row, top), (column, left) in itertools.product(*map(enumerate, starts)):
        places = itertools.product(range(size[0]), range(size[1]))
        inside = [
            (i, j) for i, j in places if 0 <= top + i < x.shape[1] and 0 <= left + j < x.shape[2]
        ]
        yield row, column, np.stack([x[:, top + i, left + j] for i, j in inside]), inside


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size, stride", [((2, 2), (2, 2)), ((3, 2), (1, 2)), ((3, 3), (2, 2))])
@pytest.mark.parametrize("p", [1.0, 2.0, 3.5, math.inf])
def test_norm_pooling_is_the_norm_of_every_window(size, stride, padding, p):
    x = images()
    found = np.array(NormPooling2D(size, stride, padding, p)(x))
    for row, column, window, _ in windows_by_hand(x, size, stride, padding):
        expected = np.linalg.norm(window.astype(float), p, axis=0)
        np.testing.assert_allclose(found[:, row, column], expected, rtol=1e-5)
    assert (row + 1, column + 1) == found.shape[1:3]


def test_norm_pooling_lies_between_the_average_and_the_largest():
    x = np.abs(images())
    average, largest = keras.layers.AveragePooling2D(3), keras.layers.MaxPooling2D(3)
    np.testing.assert_allclose(NormPooling2D(3, p=1)(x), 9 * average(x), rtol=1e-5)
    np.testing.assert_allclose(NormPooling2D(3, p=math.inf)(x), largest(x))
    np.testing.assert_allclose(NormPooling2D(3, p=500)(x), largest(x), rtol=0.005)


def test_powers_of_norm_pooling_neither_overflow_nor_vanish():
    """1e30 squared is no float32, and neither is 1e-30."""
    x = np.ones((1, 2, 2, 1), "float32")
    for size in (1e30, 1e-30):
        np.testing.assert_allclose(NormPooling2D()(size * x), [[[[2 * size]]]], rtol=1e-5)
    with tf.GradientTape() as tape:
        zeros = tf.zeros((1, 2, 2, 1))
        tape.watch(zeros)
        pooled = NormPooling2D()(zeros)
    np.testing.assert_array_equal(pooled, [[[[0]]]])
    np.testing.assert_array_equal(tape.gradient(pooled, zeros), np.zeros((1, 2, 2, 1)))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size, stride", [((3, 3), (2, 2)), ((4, 3), (2, 1))])
def test_weighted_pooling_counts_pixels_by_their_distance(size, stride, padding):
    x, stddev = images(), 0.8
    found = np.array(WeightedAveragePooling2D(size, stride, padding, stddev)(x))
    middle = (np.array(size) - 1) / 2
    for row, column, window, places in windows_by_hand(x, size, stride, padding):
        squares = np.square(np.array(places) - middle).sum(axis=1)
        expected = np.average(window, axis=0, weights=np.exp(-squares / 2 / stddev**2))
        np.testing.assert_allclose(found[:, row, column], expected, atol=1e-5)


def test_weighted_pooling_goes_from_the_centre_alone_to_the_plain_average():
    x = images()
    plain = keras.layers.AveragePooling2D(3, 2, "same")
    endless = WeightedAveragePooling2D(3, 2, "same", stddev=math.inf)
    np.testing.assert_allclose(endless(x), plain(x), atol=1e-6)
    np.testing.assert_allclose(
        WeightedAveragePooling2D(2)(x), keras.layers.AveragePooling2D(2)(x), atol=1e-6
    )
    centre = WeightedAveragePooling2D(3, 1, stddev=1e-2)
    np.testing.assert_allclose(centre(x), x[:, 1:-1, 1:-1], atol=1e-6)


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("stddev", [0.05, 1e-200])
def test_of_an_even_window_the_four_middle_pixels_are_left_to_count(size, stddev):
    x = images()
    middle = x[:, size // 2 - 1 :, size // 2 - 1 :]
    expected = keras.layers.AveragePooling2D(2, 1)(middle)[:, : 8 - size, : 9 - size]
    found = WeightedAveragePooling2D(size, 1, stddev=stddev)(x)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.isfinite(WeightedAveragePooling2D(size, 1, "same", stddev)(x)).all()


def test_maxout_of_two_pieces_may_be_a_rectifier_or_the_absolute_value():
    x = np.linspace(-2, 2, 9, dtype="float32")[:, None]
    dense = keras.layers.Dense(4)
    network = keras.Sequential([dense, Maxout(2)])
    network.build((None, 1))
    dense.set_weights([np.array([[1, -1, 1, 0]], "float32"), np.zeros(4, "float32")])
    np.testing.assert_array_equal(network(x), np.hstack([np.abs(x), np.maximum(x, 0)]))


def test_maxout_and_pooling_across_channels_take_neighbours():
    x = images((2, 3, 4, 6))
    groups = x.reshape(2, 3, 4, 2, 3)
    np.testing.assert_array_equal(Maxout(3)(x), groups.max(axis=-1))
    np.testing.assert_array_equal(CrossChannelPooling(3)(x), groups.max(axis=-1))
    found = CrossChannelPooling(3, "average")(x)
    np.testing.assert_allclose(found, groups.mean(axis=-1), rtol=1e-5, atol=1e-6)
    found = CrossChannelPooling(3, "norm")(x)
    np.testing.assert_allclose(found, np.linalg.norm(groups, axis=-1), rtol=1e-5)


def test_of_two_filters_in_quadrature_the_norm_does_not_hang_on_the_phase():
    phase = np.linspace(0, 6, 50)[:, None]
    answers = np.hstack([np.cos(phase), np.sin(phase)]).astype("float32")
    np.testing.assert_allclose(CrossChannelPooling(2, "norm")(answers), 1, rtol=1e-6)


@pytest.mark.parametrize("name", LAYERS)
def test_channels_may_come_first(name):
    x, layer = images(), LAYERS[name]()
    turned = np.moveaxis(x, -1, 1)
    config = layer.get_config() | (
        {"axis": 1} if hasattr(layer, "axis") else {"data_format": "channels_first"}
    )
    found = type(layer).from_config(config)(turned)
    np.testing.assert_allclose(np.moveaxis(found, 1, -1), layer(x), rtol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_are_those_of_finite_differences(name):
    """Steps of 0.01; where two values nearly tie, a largest one may change within a step."""
    x = images((1, 5, 5, 6))
    layer = LAYERS[name]()
    with tf.GradientTape() as tape:
        values = tf.constant(x)
        tape.watch(values)
        pooled = layer(values)
        weight = images(pooled.shape, seed=1)
        total = tf.reduce_sum(pooled * weight)
    gradient = np.array(tape.gradient(total, values)).ravel()
    step = 1e-2
    for index in range(0, x.size, 7):
        ends = []
        for sign in (1, -1):
            moved = x.copy().ravel()
            moved[index] += sign * step
            ends.append((np.array(layer(moved.reshape(x.shape)), float) * weight).sum())
        assert gradient[index] == pytest.approx((ends[0] - ends[1]) / 2 / step, abs=0.02)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_pooling_are_as_any_of_keras(name, tmp_path):
    x = images()
    layer = LAYERS[name]()
    network = keras.Sequential([keras.Input(x.shape[1:]), layer])
    expected = network.predict(x, verbose=0)
    assert network.output_shape[1:] == expected.shape[1:]
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
    network.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served")).serve(x)
    np.testing.assert_allclose(served, expected, rtol=1e-5, atol=1e-6)
    halved = LAYERS[name](dtype="mixed_bfloat16")(x)
    assert halved.dtype == "bfloat16"
    np.testing.assert_allclose(np.array(halved, "float32"), expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize(
    "make, reason",
    [
        (lambda: Maxout(0), "num_pieces to be an integer, at least 1. Received: num_pieces=0"),
        (lambda: Maxout(2.5), "Maxout expects num_pieces .* Received: num_pieces=2.5"),
        (lambda: Maxout("2"), "Received: num_pieces='2'"),
        (lambda: Maxout(2, axis=0), "other than 0, which is the axis of examples.*axis=0"),
        (lambda: Maxout(2, axis=1.5), "Maxout expects axis to be an integer .*axis=1.5"),
        (lambda: Maxout(2, axis=7)(images()), r"axis=7, inputs of shape \(4, 7, 8, 6\)"),
        (lambda: Maxout(2, axis=-4)(images()), "an axis of its inputs after the first.*axis=-4"),
        (lambda: Maxout(4)(images()), r"multiple of 4 .* Received: inputs of shape \(4, 7, 8, 6\)"),
        (lambda: CrossChannelPooling(0), "pool_size to be an integer, at least 1"),
        (lambda: CrossChannelPooling(2.0), "Received: pool_size=2.0"),
        (lambda: CrossChannelPooling("x"), "CrossChannelPooling expects pool_size .*='x'"),
        (lambda: CrossChannelPooling(axis=0), "CrossChannelPooling expects axis .*axis=0"),
        (lambda: CrossChannelPooling(4)(images()), "CrossChannelPooling expects a multiple of 4"),
        (lambda: CrossChannelPooling(2, "least"), "one of max, average, norm.*'least'"),
        (lambda: NormPooling2D(p=0.5), "p >= 1, which makes a norm. Received: p=0.5"),
        (lambda: NormPooling2D(p=math.nan), "p >= 1"),
        (lambda: NormPooling2D(p="2"), "a number p >= 1, .* Received: p='2'"),
        (lambda: NormPooling2D(p=True), "Received: p=True"),
        (lambda: NormPooling2D(2.5), "pool_size as a whole number .* Received: pool_size=2.5"),
        (lambda: NormPooling2D((2, 2.5)), r"Received: pool_size=\(2, 2.5\)"),
        (lambda: NormPooling2D("22"), "Received: pool_size='22'"),
        (lambda: NormPooling2D(0), "pool_size as a whole number of at least 1"),
        (lambda: NormPooling2D(2, (1, 2, 3)), r"strides as .* Received: strides=\(1, 2, 3\)"),
        (lambda: NormPooling2D(padding="full"), "'valid' or 'same'. Received: padding='full'"),
        (lambda: NormPooling2D(data_format="last"), "data_format='last'"),
        (lambda: NormPooling2D(9)(images()), r"at least \(9, 9\), the size of its window"),
        (lambda: NormPooling2D()(np.ones((2, 4))), "expected ndim=4"),
        (lambda: NormPooling2D(2, padding="same")(keras.Input((None, 4, 1))), "a known size"),
        (lambda: WeightedAveragePooling2D(stddev=0), "stddev > 0. Received: stddev=0"),
        (lambda: WeightedAveragePooling2D(stddev="a"), "a number stddev > 0.*stddev='a'"),
    ],
)
def test_pooling_refuses_what_it_cannot_do(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()
