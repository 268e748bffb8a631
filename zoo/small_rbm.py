"""Bernoulli RBM with 20 hidden units, small enough for an exact likelihood."""

import keras

from kerasdeep.models import RBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.zoo.entry import Entry


def build(rows, total_steps, seed=None):
    """Returns a compiled RBM with 20 hidden units."""
    rbm = RBM(20, seed=seed)
    rate = keras.optimizers.schedules.PolynomialDecay(0.1, total_steps, end_learning_rate=0.0)
    rbm.compile(keras.optimizers.SGD(rate), PersistentContrastiveDivergence(num_chains=100))
    return rbm


ENTRY = Entry(
    name="rbm-20",
    summary="Bernoulli RBM, 20 hidden units, PCD with centring; exact likelihood",
    citation="Salakhutdinov, Murray (2008), On the quantitative analysis of deep belief networks",
    metric="MNIST test log-likelihood, nats, exact (dynamic binarization)",
    published="no confirmed figure",
    ours="-137.4 (20 epochs, 44 s on one core)",
    build=build,
    epochs=20,
    batch_size=100,
)
