"""The general Boltzmann machine against sums over all of its states."""

import itertools

import keras
import numpy as np
import pytest

from kerasdeep.likelihood import log_likelihood
from kerasdeep.models import RBM, BoltzmannMachine
from tests import oracles


def machine_of(kernel, bias, num_hidden, **kwargs):
    machine = BoltzmannMachine(num_hidden, seed=0, **kwargs)
    machine.build((None, len(bias) - num_hidden))
    machine.kernel.assign(kernel)
    machine.bias.assign(bias)
    return machine


def random_machine(num_units, num_hidden, seed=0, **kwargs):
    rng = np.random.default_rng(seed)
    kernel = np.triu(rng.normal(size=(num_units, num_units)), 1)
    return machine_of(kernel + kernel.T, rng.normal(size=num_units), num_hidden, **kwargs)


def exact_log_likelihood(kernel, bias, num_hidden, visible):
    """log p(v) in float64, from the energies of all states."""
    num_visible = len(bias) - num_hidden
    states = np.array(list(itertools.product([0.0, 1.0], repeat=len(bias))))
    energy = -np.einsum("ni,ij,nj->n", states, np.triu(kernel, 1), states) - states @ bias
    log_z = oracles.log_sum_exp(-energy, axis=0)
    matches = [(states[:, :num_visible] == row).all(axis=1) for row in visible]
    return np.array([oracles.log_sum_exp(-energy[match], axis=0) - log_z for match in matches])


def test_the_example_of_the_lecture():
    """v1-h1 = 2, h1-h2 = -1, v2-h2 = 1, no biases: Z = 39.70 (of rounded terms)."""
    kernel = np.zeros((4, 4))
    for i, j, weight in ((0, 2, 2.0), (2, 3, -1.0), (1, 3, 1.0)):
        kernel[i, j] = kernel[j, i] = weight
    machine = machine_of(kernel, np.zeros(4), num_hidden=2)
    assert np.exp(float(machine.log_partition())) == pytest.approx(39.70, abs=0.015)
    p = np.exp(machine.log_likelihood([[1, 1], [1, 0], [0, 1], [0, 0]]))
    assert p == pytest.approx([0.466, 0.305, 0.144, 0.084], abs=1e-3)
    assert p.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("num_hidden", [0, 3])
def test_likelihood_equals_enumeration(num_hidden, close):
    machine = random_machine(7, num_hidden)
    visible = np.random.default_rng(1).integers(0, 2, (5, 7 - num_hidden)).astype(float)
    expected = exact_log_likelihood(
        np.array(machine.kernel), np.array(machine.bias), num_hidden, visible
    )
    close("likelihoods, Boltzmann machine", machine.log_likelihood(visible), expected, 2e-5)


def test_an_rbm_is_the_machine_without_connections_within_layers():
    rbm = RBM(3, seed=0, kernel_initializer=keras.initializers.RandomNormal(seed=1))
    rbm.build((None, 4))
    kernel = np.zeros((7, 7))
    kernel[:4, 4:] = rbm.kernel
    machine = machine_of(kernel + kernel.T, np.zeros(7), num_hidden=3)
    x = np.eye(4, dtype="float32")
    np.testing.assert_allclose(machine.log_likelihood(x), log_likelihood(rbm, x), atol=1e-5)
    np.testing.assert_allclose(machine.predict(x, verbose=0), rbm.predict(x, verbose=0), atol=1e-6)


@pytest.mark.parametrize("num_hidden", [0, 2])
def test_a_training_step_follows_the_exact_gradient(num_hidden, close):
    """Central differences of the enumerated likelihood, weighted rows."""
    machine = random_machine(5, num_hidden)
    machine.compile(keras.optimizers.SGD(1.0))
    visible = np.random.default_rng(1).integers(0, 2, (6, 5 - num_hidden)).astype("float32")
    weight = np.linspace(0.2, 2, 6)
    start = {"kernel": np.array(machine.kernel, float), "bias": np.array(machine.bias, float)}

    def objective(parameters):
        rows = exact_log_likelihood(parameters["kernel"], parameters["bias"], num_hidden, visible)
        return float((weight * rows).mean())

    slope = oracles.gradient(objective, start)
    slope["kernel"] = np.triu(slope["kernel"], 1) + np.triu(slope["kernel"], 1).T
    machine.train_on_batch(visible, sample_weight=weight.astype("float32"))
    for name, before in start.items():
        change = np.array(getattr(machine, name), float) - before
        close("gradients, Boltzmann machine", change, slope[name], 2e-5)


def test_samples_and_annealed_samples_have_the_enumerated_distribution():
    """20,000 chains; 5 standard errors, false alarm below 1e-5 in 16 comparisons each."""
    machine = random_machine(6, 2)
    visible = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    p = np.exp(np.array(machine.log_likelihood(visible), float))
    for arguments in ({"steps": 60}, {"temperatures": np.geomspace(4, 1, 60)}):
        if "temperatures" in arguments:  # the end of the schedule is at the temperature 1
            arguments["temperatures"] = np.append(arguments["temperatures"], np.ones(20))
        drawn = np.array(machine.sample(20_000, **arguments))[:, :4]
        found = np.array([(drawn == row).all(axis=1).mean() for row in visible])
        assert (np.abs(found - p) < 5 * np.sqrt(p * (1 - p) / 20_000)).all()


def test_annealing_finds_the_lowest_energy():
    machine = random_machine(12, 0, seed=3)
    states = np.array(list(itertools.product([0.0, 1.0], repeat=12)))
    lowest = np.array(machine.energy(states)).min()
    cold = machine.sample(50, temperatures=np.geomspace(5, 0.05, 100))
    assert np.array(machine.energy(cold)).min() == pytest.approx(lowest, abs=1e-4)


def test_connections_hold_and_the_encoder_learns_a_code_for_every_pattern():
    """4-2-4: the only way from the first group of four to the second leads through two units."""
    connections = np.zeros((10, 10), bool)
    connections[:4, :4] = connections[4:8, 4:8] = connections[8:, :8] = connections[:8, 8:] = True
    x = np.tile(np.concatenate([np.eye(4), np.eye(4)], axis=1), (100, 1)).astype("float32")
    machine = BoltzmannMachine(2, connections, seed=1)
    machine.compile(keras.optimizers.Adam(0.1))
    logs = machine.fit(x, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    assert logs["log_likelihood"][-1] > -2.2  # -log 4 = -1.39 at best; -6.9 of independent units
    assert (np.array(machine.kernel)[~connections] == 0).all()
    drawn = np.array(machine.sample(500, temperatures=np.geomspace(5, 1, 100)))
    pairs = drawn[:, :4].argmax(1) == drawn[:, 4:8].argmax(1)
    assert pairs.mean() > 0.6  # 0.25 by chance


def test_chains_go_on_from_where_the_last_step_left_them():
    """Twenty units hold one another on or off; two others are free."""
    kernel, bias = np.zeros((22, 22)), np.zeros(22)
    kernel[:20, :20] = 4 - 4 * np.eye(20)
    bias[:20] = -2 * 19
    machine = machine_of(kernel, bias, num_hidden=0, num_chains=50, steps=1)
    held = np.repeat([1.0, 0.0], 25)[:, None]
    machine.chains.assign(np.broadcast_to(held, (50, 22)))
    machine.compile(keras.optimizers.SGD(0.0))
    free = [np.array(machine.chains)[:, 20:]]
    for _ in range(2):
        machine.train_on_batch(np.zeros((4, 22), "float32"))
        np.testing.assert_array_equal(machine.chains[:, :20], np.broadcast_to(held, (50, 20)))
        free.append(np.array(machine.chains)[:, 20:])
    assert (free[0] != free[1]).any() and (free[1] != free[2]).any()


def test_chains_beyond_twenty_units_learn_a_correlation_and_survive_saving(tmp_path):
    x = (np.random.default_rng(0).random((500, 22)) < 0.3).astype("float32")
    x[:, 5] = x[:, 0]
    machine = BoltzmannMachine(2, num_chains=50, steps=2, seed=1)
    machine.compile(keras.optimizers.SGD(0.3, momentum=0.5))
    logs = machine.fit(x, epochs=15, validation_split=0.1, verbose=0).history
    assert set(logs) == {"loss", "val_loss", "correlation_gap", "val_correlation_gap"}
    assert logs["loss"] == logs["correlation_gap"]
    drawn = np.array(machine.sample(1000, steps=50))
    assert np.corrcoef(drawn[:, 0], drawn[:, 5])[0, 1] > 0.7
    assert drawn[:, :22].mean() == pytest.approx(x.mean(), abs=0.05)
    machine.save(tmp_path / "machine.keras")
    loaded = keras.models.load_model(tmp_path / "machine.keras")
    for model in (machine, loaded):
        model.fit(x, shuffle=False, verbose=0)
    np.testing.assert_array_equal(loaded.kernel, machine.kernel)
    with pytest.raises(ValueError, match="at most 20 units"):
        machine.log_likelihood(x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.fit(np.full((4, 5), 2.0)), "Received: min=2, max=2"),
        (lambda m: m.sample(temperatures=[1, 0]), "temperatures above 0"),
        (lambda m: m.sample(initial=np.zeros((4, 9))), "Received: shape .4, 9."),
        (lambda m: BoltzmannMachine(-1), "num_hidden to be an integer"),
        (lambda m: BoltzmannMachine(0, np.eye(3)).build((None, 5)), r"shape \(5, 5\)"),
    ],
)
def test_bad_input_is_refused(call, message):
    machine = random_machine(5, 0)
    machine.compile()
    with pytest.raises(ValueError, match=message):
        call(machine)
