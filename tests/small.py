"""Small models whose every state can be visited, as the library's objects and as oracles."""

import itertools

import numpy as np
from keras import ops

from kerasdeep.models import RBM
from kerasdeep.samplers import Particles, Sampler
from kerasdeep.units import Bernoulli, Binomial, Gaussian, Mixed, NoisyReLU, Softmax, Spin
from tests import oracles

UNITS = {
    "bernoulli": Bernoulli(),
    "gaussian": Gaussian(),
    "narrow": Gaussian(stddev=0.7),
    "spin": Spin(),
    "binomial": Binomial(3),
    "softmax": Softmax(3),
    "relu": NoisyReLU(),
    "mixed": Mixed([("bernoulli", 2), (Softmax(3), 3)]),
}
# Columns of a layer whose joint values can all be visited.
COLUMNS = {"softmax": 6, "mixed": 5}
CLASSIC = ("bernoulli", "gaussian", "narrow")
PAIRS = [
    *itertools.product(CLASSIC, CLASSIC),
    *[(kind, "bernoulli") for kind in UNITS if kind not in CLASSIC],
    *[("bernoulli", kind) for kind in UNITS if kind not in CLASSIC],
]


def parameters(visible, hidden, num_visible=None, num_hidden=None, scale=0.4, seed=0):
    """Returns an oracle: a dict of unit kinds, standard deviations and random float64 weights."""
    rng = np.random.default_rng(seed)
    num_visible = num_visible or COLUMNS.get(visible, 2)
    num_hidden = num_hidden or COLUMNS.get(hidden, 2)
    visible_stddev = float(getattr(UNITS[visible], "stddev", 1.0))
    hidden_stddev = float(getattr(UNITS[hidden], "stddev", 1.0))
    # Two Gaussian layers have a distribution only while the weights are small beside both.
    scale *= visible_stddev * hidden_stddev
    return {
        "visible": UNITS[visible].name,
        "hidden": UNITS[hidden].name,
        "visible_stddev": visible_stddev,
        "hidden_stddev": hidden_stddev,
        "kernel": rng.uniform(-scale, scale, (num_visible, num_hidden)),
        "visible_bias": rng.uniform(-0.5, 0.5, num_visible),
        "hidden_bias": rng.uniform(-0.5, 0.5, num_hidden),
    }


def make_rbm(oracle, visible="bernoulli", hidden="bernoulli", **kwargs):
    """Returns an RBM with the weights of an oracle."""
    rbm = RBM(len(oracle["hidden_bias"]), UNITS[visible], UNITS[hidden], seed=0, **kwargs)
    rbm.build((None, len(oracle["visible_bias"])))
    for name in ("kernel", "visible_bias", "hidden_bias"):
        getattr(rbm, name).assign(oracle[name].astype("float32"))
    return rbm


def values(kind, num_rows, num_columns=None, seed=1):
    """Returns random values that units of a kind can have."""
    rng = np.random.default_rng(seed)
    num_columns = num_columns or COLUMNS.get(kind, 2)
    normal = rng.normal(size=(num_rows, num_columns)).astype("float32")
    if UNITS[kind].name == "gaussian":
        return normal
    if kind == "bernoulli":
        return (normal > 0).astype("float32")
    units = oracles.tables(UNITS[kind].name, num_columns)
    # Of a rectified unit, which could have any, the first few values.
    columns = [table[rng.integers(min(4, len(table)), size=num_rows)] for table, _ in units]
    return np.concatenate(columns, axis=1).astype("float32")


class ExactSampler(Sampler):
    """Brings every state of the visible units, weighted by its probability."""

    def negative_phase(self, model, field, sample_weight=None):
        states, log_weights = oracles.states(model.visible.name, model.visible_bias.shape[0])
        visible = ops.cast(states, "float32")
        step = log_weights if model.visible.name == "gaussian" else 0.0 * log_weights
        log_p = ops.cast(step, "float32") - model.free_energy(visible)
        weight = len(states) * ops.softmax(log_p)
        if sample_weight is not None:
            weight = weight * ops.mean(sample_weight)
        return Particles(visible, model.hidden_mean(visible), weight)
