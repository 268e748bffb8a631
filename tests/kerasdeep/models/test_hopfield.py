"""The Hopfield network: storage rules, energies, memories."""

import keras
import numpy as np
import pytest

from kerasdeep.models import HopfieldNetwork


def random_patterns(num_patterns, num_units, seed=0):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (num_patterns, num_units))


def network_of(patterns, values="spin"):
    network = HopfieldNetwork(values, seed=0)
    network.fit(patterns, verbose=0)
    return network


def test_storage_is_the_rule_of_hebb_in_any_number_of_calls():
    patterns = random_patterns(6, 40)
    expected = patterns.T @ patterns / 40
    np.fill_diagonal(expected, 0)
    network = network_of(patterns[:4])
    network.fit(patterns[4:], batch_size=1, verbose=0)
    np.testing.assert_allclose(network.kernel, expected, atol=1e-6)
    assert int(network.num_patterns) == 6
    binary = network_of((patterns + 1) / 2, "binary")
    np.testing.assert_allclose(binary.kernel, expected, atol=1e-6)


def test_energy_is_the_sum_over_pairs():
    network, state = network_of(random_patterns(3, 8)), random_patterns(5, 8, seed=1)
    kernel = np.array(network.kernel)
    expected = [
        -sum(kernel[i, j] * s[i] * s[j] for i in range(8) for j in range(i + 1, 8)) for s in state
    ]
    np.testing.assert_allclose(network.energy(state), expected, atol=1e-5)


@pytest.mark.parametrize("values", ["spin", "binary"])
def test_the_energy_never_rises_over_ten_thousand_asynchronous_updates(values):
    """100 units, 100 sweeps of one update each unit, from random states beyond capacity."""
    patterns, state = random_patterns(30, 100), random_patterns(20, 100, seed=1)
    if values == "binary":
        patterns, state = (patterns + 1) / 2, (state + 1) / 2
    network = network_of(patterns, values)
    energy = np.array(network.energy(state))
    for _ in range(100):
        state = network.recall(state, max_sweeps=1)
        after = np.array(network.energy(state))
        assert (after <= energy + 1e-4).all()
        energy = after
    np.testing.assert_array_equal(network.recall(state), state)


def test_patterns_below_capacity_are_fixed_points_and_are_recalled_from_corrupted_ones():
    """20 of 500 units: load 0.04; a random pattern is unstable with probability below 1e-6."""
    patterns = random_patterns(20, 500)
    network = network_of(patterns)
    np.testing.assert_array_equal(network.recall(patterns, max_sweeps=1), patterns)
    np.testing.assert_array_equal(network.recall(patterns, 1, synchronous=True), patterns)
    noise = np.random.default_rng(1).random(patterns.shape) < 0.2
    corrupted = np.where(noise, -patterns, patterns)
    np.testing.assert_array_equal(network.predict(corrupted, verbose=0), patterns)
    np.testing.assert_array_equal(network(corrupted), patterns)


def test_zeros_and_ones_are_recalled_too():
    patterns = (random_patterns(5, 500) + 1) / 2
    network = network_of(patterns, "binary")
    noise = np.random.default_rng(1).random(patterns.shape) < 0.1
    np.testing.assert_array_equal(network.recall(abs(patterns - noise)), patterns)


def test_synchronous_updates_may_oscillate():
    """Two units that want to be alike and start unlike exchange their values for ever."""
    network = network_of([[1.0, 1.0]])
    state = np.array([[1.0, -1.0]])
    np.testing.assert_array_equal(network.recall(state, 1, synchronous=True), -state)
    np.testing.assert_array_equal(network.recall(state, 2, synchronous=True), state)
    settled = np.array(network.recall(state))
    assert settled[0, 0] == settled[0, 1]


def test_saving_keeps_memories_and_the_order_of_updates(tmp_path):
    network = network_of(random_patterns(30, 60))
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    state = random_patterns(10, 60, seed=1)
    np.testing.assert_array_equal(loaded.recall(state), network.recall(state))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: network_of([[0.0, 1.0]]), "rows of -1 and 1. Received"),
        (lambda: network_of([[0.0, -1.0]], "binary"), "rows of 0 and 1. Received"),
        (lambda: network_of([1.0, -1.0]), r"Received: shape \(2,\)"),
        (lambda: HopfieldNetwork("ising"), "'spin' or 'binary'"),
        (lambda: HopfieldNetwork().recall([[1.0]]), "has no weights yet"),
        (lambda: HopfieldNetwork().fit([[1.0]], epochs=2), "in one pass"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
