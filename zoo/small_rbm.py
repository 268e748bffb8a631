"""Bernoulli RBM with 20 hidden units, small enough for an exact likelihood."""

import functools

from kerasdeep.zoo import rbm
from kerasdeep.zoo.entry import Entry

ENTRY = Entry(
    name="rbm-20",
    summary="Bernoulli RBM, 20 hidden units, PCD with centring; exact likelihood",
    citation="Salakhutdinov, Murray (2008), On the quantitative analysis of deep belief networks",
    metric="MNIST test log-likelihood, nats, exact (dynamic binarization)",
    published="no confirmed figure",
    ours="-137.4 (20 epochs, 44 s on one core)",
    build=functools.partial(rbm.build, num_hidden=20),
    epochs=20,
    batch_size=100,
)
