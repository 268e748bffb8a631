"""A machine whose data is a part of its visible side, against sums over all its states."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.energies.gibbs import GibbsSampling
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.layered import Layered
from kerasdeep.likelihood import annealed_importance_sampling, exact_log_partition
from kerasdeep.samplers import Particles, get
from kerasdeep.units import Bernoulli

SIZES = (4, 3, 2, 3)


class Deep(GibbsSampling, Harmonium):
    """Binary layers in a row; data is the first of them, its neighbours but one are at 1/2."""

    built = True
    visible = hidden = Bernoulli()

    def __init__(self):
        rng = np.random.default_rng(0)

        def variable(*shape):
            return keras.Variable(rng.normal(size=shape).astype("float32"))

        self.connection = Layered([variable(*shape) for shape in itertools.pairwise(SIZES)])
        self.visible_bias, self.hidden_bias = variable(6), variable(6)
        self.seed_generator = keras.random.SeedGenerator(0)

    def visible_side(self, data):
        data = ops.cast(data, "float32")
        return ops.pad(data, [[0, 0], [0, 2]], constant_values=0.5)


@pytest.fixture(scope="module")
def deep():
    return Deep()


@pytest.fixture(scope="module")
def joint(deep):
    """All states of the four layers, one after the other, and -E of each."""
    states = np.array(list(itertools.product([0.0, 1.0], repeat=sum(SIZES))))
    layers = np.split(states, np.cumsum(SIZES)[:-1], axis=1)
    kernels = [np.array(kernel, float) for kernel in deep.connection.weights]
    biases = [np.array(bias, float) for bias in (deep.visible_bias, deep.hidden_bias)]
    even, odd = np.concatenate(layers[::2], axis=1), np.concatenate(layers[1::2], axis=1)
    pairs = zip(itertools.pairwise(layers), kernels, strict=True)
    terms = sum(((lower @ kernel) * upper).sum(axis=1) for (lower, upper), kernel in pairs)
    return even, odd, terms + even @ biases[0] + odd @ biases[1]


@pytest.fixture(scope="module")
def log_partition(joint):
    return np.logaddexp.reduce(joint[2])


def test_energies_and_the_partition_function_are_those_of_all_layers(
    deep, joint, log_partition, close
):
    even, odd, terms = joint
    found = deep.energy(even.astype("float32"), odd.astype("float32"))
    close("layers, energy", found, -terms, 1e-5)
    close("layers, log partition", exact_log_partition(deep), log_partition, 1e-5)


@pytest.mark.parametrize("reverse", [False, True])
def test_annealing_brackets_the_partition_function(deep, log_partition, reverse):
    """From data of four of the six visible columns; three standard errors."""
    data = np.random.default_rng(1).integers(0, 2, (50, 4))
    estimate = annealed_importance_sampling(
        deep, data, 1000, num_chains=1000, reverse=reverse, burn_in=100, verbose=0
    )
    assert estimate.low < log_partition < estimate.high
    assert estimate.high - estimate.low < 0.2


def test_chains_go_on_from_data_on_the_whole_visible_side(deep, joint, log_partition):
    """20,000 chains; five standard errors of each mean."""
    even, _, terms = joint
    exact = np.exp(terms - log_partition) @ even
    found = np.array(deep.continued(np.zeros((20_000, 4)), 100)).mean(axis=0)
    assert np.abs(found - exact).max() < 5 * 0.5 / np.sqrt(20_000)


@pytest.mark.parametrize("name", ["cd", "pcd", "fast_pcd", "parallel_tempering"])
def test_every_sampler_follows_the_layers(deep, joint, log_partition, name):
    """The particles of 150 steps of 200 chains; five standard errors, were 20 steps independent."""
    even, _, terms = joint
    exact = np.exp(terms - log_partition) @ even
    sampler = get(name)
    chains = {} if name == "cd" else {"num_chains": 200}
    sampler = type(sampler).from_config({**sampler.get_config(), **chains})
    shapes = [weight.shape for weight in deep.connection.weights]
    sampler.build((6, 6), shapes)
    sampler.initialize(deep)
    field = deep.hidden_field(deep.visible_side(np.zeros((200, 4))))
    if name == "cd":
        sampler.change(steps=150)
        means = [np.array(sampler.negative_phase(deep, field).visible).mean(axis=0)]
    else:
        steps = [sampler.negative_phase(deep, field) for _ in range(150)]
        assert all(isinstance(step, Particles) for step in steps)
        means = [np.array(step.visible).mean(axis=0) for step in steps[30:]]
    found, rows = np.mean(means, axis=0), 200 * max(1, len(means) / 20)
    assert np.abs(found - exact).max() < 5 * 0.5 / np.sqrt(rows)
