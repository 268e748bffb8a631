"""Bernoulli RBM, 784-500: persistent chains, centred gradient, a rate that falls to zero."""

import keras

from kerasdeep.models import RBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.zoo.entry import Entry


def build(rows, total_steps, seed=None, num_hidden=500, sampler=None):
    """Returns a compiled RBM; `sampler` None is PCD with 100 chains."""
    rbm = RBM(num_hidden, seed=seed)
    rate = keras.optimizers.schedules.PolynomialDecay(0.1, total_steps, end_learning_rate=0.0)
    sampler = sampler or PersistentContrastiveDivergence(num_chains=100)
    rbm.compile(keras.optimizers.SGD(rate), sampler)
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
