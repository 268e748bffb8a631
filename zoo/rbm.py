"""Bernoulli RBM, 784-500: persistent chains, centred gradient, a rate that falls to zero."""

import keras

from kerasdeep.models import RBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.zoo.entry import Entry


def build(rows, total_steps, seed=None):
    """Returns a compiled RBM with 500 hidden units."""
    rbm = RBM(500, seed=seed)
    rate = keras.optimizers.schedules.PolynomialDecay(0.1, total_steps, end_learning_rate=0.0)
    rbm.compile(keras.optimizers.SGD(rate), PersistentContrastiveDivergence(num_chains=100))
    return rbm


ENTRY = Entry(
    name="rbm",
    summary="Bernoulli RBM, 500 hidden units, PCD with centring",
    citation="Salakhutdinov, Murray (2008), On the quantitative analysis of deep belief networks",
    metric="MNIST test log-likelihood, nats (dynamic binarization)",
    published="CD-1 -125.53, CD-3 -105.50, CD-25 -86.34 (recalled, not checked)",
    ours="-84.05 by AIS, -84.10 by reverse AIS (300 epochs, 24 min on one core)",
    build=build,
    epochs=60,
    batch_size=100,
)
