"""Dropout's weight-scaling rule, beside the sum over all masks."""

import itertools

import keras
import numpy as np

from kerasdeep.layers import Dropout

RATE = 0.3


def masks(number):
    """Yields every mask, with its probability."""
    for mask in itertools.product((0, 1), repeat=number):
        kept = sum(mask)
        yield np.array(mask, "float64"), (1 - RATE) ** kept * RATE ** (number - kept)


def test_weight_scaling_is_exact_for_a_linear_network():
    """Three layers with dropout before each: the mean of answers over all masks of all layers."""
    rng = np.random.default_rng(0)
    layers = [Dropout(RATE), keras.layers.Dense(4), Dropout(RATE), keras.layers.Dense(2)]
    network = keras.Sequential([keras.Input((5,)), *layers])
    network.set_weights([rng.normal(size=weight.shape) for weight in network.weights])
    x = rng.random((3, 5)).astype("float32")
    first, bias, second, last_bias = (np.array(w, "float64") for w in network.weights)
    expected = np.zeros((3, 2))
    for (below, p), (above, q) in itertools.product(masks(5), masks(4)):
        hidden = (x * below / (1 - RATE)) @ first + bias
        expected += p * q * ((hidden * above / (1 - RATE)) @ second + last_bias)
    np.testing.assert_allclose(network.predict(x, verbose=0), expected, rtol=1e-5)


def test_weight_scaling_is_the_geometric_mean_for_a_softmax_of_a_linear_network():
    """Goodfellow, Bengio, Courville (2016), section 7.12: probabilities, multiplied over masks."""
    rng = np.random.default_rng(0)
    network = keras.Sequential([keras.Input((6,)), Dropout(RATE), keras.layers.Dense(3, "softmax")])
    network.set_weights([rng.normal(size=weight.shape) for weight in network.weights])
    x = rng.random((4, 6)).astype("float32")
    kernel, bias = (np.array(weight, "float64") for weight in network.weights)
    logarithm = 0.0
    for mask, p in masks(6):
        field = (x * mask / (1 - RATE)) @ kernel + bias
        logarithm = logarithm + p * (field - np.log(np.exp(field).sum(axis=1, keepdims=True)))
    geometric = np.exp(logarithm)
    expected = geometric / geometric.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict(x, verbose=0), expected, rtol=1e-5)
