"""A small model of every class that trains by steps of its own, and data for it."""

import keras
import numpy as np
from sklearn.datasets import load_digits

from kerasdeep.models import (
    DBM,
    DBN,
    RBM,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
    GenerativeDBN,
    SigmoidBeliefNetwork,
)
from kerasdeep.penalties import SparsityTarget
from kerasdeep.samplers import ParallelTempering, PersistentContrastiveDivergence
from kerasdeep.units import Gaussian, Mixed
from tests.kinds import Kind

DIGITS = load_digits()
X = (DIGITS.data[:120] / 16).astype("float32")
Y = DIGITS.target[:120]


def compiled(model, sampler=None, rate=0.05, **arguments):
    optimizer = keras.optimizers.SGD(rate, momentum=0.5)
    chosen = () if sampler is None else (sampler,)
    model.compile(optimizer, *chosen, **arguments)
    return model


def rbm(**arguments):
    return compiled(RBM(12, kernel_regularizer="l2", seed=1), "cd", **arguments)


def gaussian_rbm(**arguments):
    visible = Gaussian(stddev=0.5, learned=True)
    sampler = PersistentContrastiveDivergence(10, 2, restart=0.05)
    return compiled(RBM(12, visible=visible, seed=1), sampler, 0.005, **arguments)


def tempered_rbm(**arguments):
    visible = Mixed([("bernoulli", 60), ("gaussian", 4)])
    model = RBM(12, visible=visible, hidden="relu", sparsity=SparsityTarget(0.5), seed=1)
    return compiled(model, ParallelTempering(3, 5), 0.02, **arguments)


def fast_rbm(**arguments):
    return compiled(RBM(12, centering=False, seed=1), "fast_pcd", **arguments)


def dbn(**arguments):
    return compiled(DBN([12, 8], mean_field=False, seed=1), ["cd", "pcd"], **arguments)


def dbm(**arguments):
    return compiled(DBM([12, 8, 6], seed=1), **arguments)


def labelled_dbm(**arguments):
    options = {"num_classes": 10, "discriminative": 0.5, "chains_by_class": True}
    return compiled(DBM([12, 8], **options, seed=1), **arguments)


def generative_dbn(**arguments):
    model = GenerativeDBN([12, 8, 6], num_classes=10, discriminative=0.5, seed=1)
    return compiled(model, **arguments)


def sigmoid_belief_network(**arguments):
    return compiled(SigmoidBeliefNetwork([12, 8], seed=1), rate=0.2, **arguments)


def classification_rbm(**arguments):
    model = ClassificationRBM(12, 10, dropout=0.3, input_dropout=0.1, centering=True, seed=1)
    return compiled(model, "pcd", **arguments)


def convolutional_rbm(**arguments):
    model = ConvolutionalRBM(3, 3, sparsity=SparsityTarget(0.05), seed=1)
    return compiled(model, "cd", 0.001, **arguments)


def boltzmann_machine(**arguments):
    return compiled(BoltzmannMachine(2, seed=1), **arguments)


def large_boltzmann_machine(**arguments):
    return compiled(BoltzmannMachine(16, num_chains=5, steps=2, seed=1), **arguments)


SOME_LABELS = np.where(np.arange(120) % 5 == 0, -1, Y)
SMALL = (X[:, 20:28] > 0.5).astype("float32")
KINDS = [
    Kind(rbm, X, improves="reconstruction_error"),
    Kind(gaussian_rbm, X, improves="reconstruction_error"),
    Kind(tempered_rbm, X, improves="reconstruction_error"),
    Kind(fast_rbm, X, improves="reconstruction_error"),
    Kind(dbn, X, improves="rbm_1_reconstruction_error"),
    Kind(dbm, X, improves="rbm_1_reconstruction_error"),
    Kind(labelled_dbm, X, SOME_LABELS, improves="rbm_1_reconstruction_error"),
    Kind(generative_dbn, X, SOME_LABELS, improves="rbm_1_reconstruction_error"),
    Kind(sigmoid_belief_network, X, improves="reconstruction_error"),
    Kind(classification_rbm, X, SOME_LABELS, improves="cross_entropy"),
    Kind(convolutional_rbm, X.reshape(-1, 8, 8, 1)),
    Kind(boltzmann_machine, SMALL),
    Kind(large_boltzmann_machine, SMALL),
]
