"""A small model of every class that trains by steps of its own, and data for it."""

import keras
import numpy as np
from sklearn.datasets import load_digits

from kerasdeep.layers import GaussianNoise, MaskingNoise
from kerasdeep.models import (
    DBM,
    DBN,
    GAN,
    RBM,
    WGAN,
    Autoencoder,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
    DeepStackingNetwork,
    GenerativeDBN,
    SigmoidBeliefNetwork,
    StackedAutoencoder,
    StackingBlock,
    VariationalAutoencoder,
)
from kerasdeep.penalties import Contraction, SparseCode, SparsityTarget
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


def denoising_autoencoder(**arguments):
    noise = MaskingNoise(0.25, seed=1)
    model = Autoencoder(sigmoid(12, "l2"), corruption=noise, penalty=Contraction(0.01))
    return compiled(model, rate=0.2, **arguments)


def deep_autoencoder(**arguments):
    encoder = keras.Sequential([sigmoid(16), MaskingNoise(0.1, seed=1), sigmoid(8)])
    start = keras.initializers.GlorotUniform(seed=2)
    decoder = keras.Sequential([sigmoid(16), keras.layers.Dense(64, kernel_initializer=start)])
    options = {"penalty": SparseCode(0.3, 0.1), "loss": "squared_error"}
    return compiled(Autoencoder(encoder, decoder, "gaussian", **options), **arguments)


def variational_autoencoder(**arguments):
    start = keras.initializers.GlorotUniform(seed=1)
    encoder = keras.Sequential(
        [
            keras.layers.Dense(16, "tanh", kernel_initializer=start),
            keras.layers.Dense(8, kernel_initializer=start),
        ]
    )
    decoder = keras.Sequential([keras.layers.Dense(64, kernel_initializer=start)])
    return compiled(VariationalAutoencoder(encoder, decoder, seed=1), rate=0.03, **arguments)


def stacked_autoencoder(**arguments):
    layers = [Autoencoder(sigmoid(size), corruption=GaussianNoise(0.1, seed=1)) for size in (12, 8)]
    return compiled(StackedAutoencoder(layers), rate=0.2, **arguments)


def stacking_network(**arguments):
    blocks = [stacking_block(size) for size in (12, 8)]
    model = DeepStackingNetwork(blocks, num_classes=10)
    model.compile(keras.optimizers.Adam(0.01), **arguments)
    return model


def stacking_block(size):
    start = keras.initializers.GlorotUniform(seed=1)
    return StackingBlock(size, 10, ridge=0.1, kernel_initializer=start)


def adversarial_network(**arguments):
    options = {"averaging": 0.9, "penalty": 0.5, "noise": "uniform", "seed": 1}
    model = GAN(*networks(64), num_noise=8, **options)
    return played(model, **arguments)


def conditional_wasserstein_network(**arguments):
    options = {"num_classes": 10, "discriminator_steps": 2, "seed": 1}
    return played(WGAN(*networks(64), num_noise=8, **options), **arguments)


def networks(size):
    start = keras.initializers.GlorotUniform(seed=1)
    layers = [("relu", 16), ("sigmoid", size)], [("elu", 16), (None, 1)]
    return [
        keras.Sequential(
            [keras.layers.Dense(width, name, kernel_initializer=start) for name, width in own]
        )
        for own in layers
    ]


def played(model, **arguments):
    first, second = (keras.optimizers.Adam(0.003, 0.5) for _ in range(2))
    model.compile(first, second, **arguments)
    return model


def sigmoid(size, regularizer=None):
    start = keras.initializers.GlorotUniform(seed=1)
    return keras.layers.Dense(
        size, "sigmoid", kernel_initializer=start, kernel_regularizer=regularizer
    )


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
    Kind(denoising_autoencoder, X, improves="reconstruction_loss"),
    Kind(deep_autoencoder, X, X[::-1] ** 2, improves="reconstruction_error"),  # rows to make
    Kind(variational_autoencoder, X, improves="reconstruction_error"),
    Kind(stacked_autoencoder, X, improves="autoencoder_1_reconstruction_error"),
    Kind(stacking_network, X, SOME_LABELS),
    Kind(adversarial_network, X),
    Kind(conditional_wasserstein_network, X, Y),
    Kind(boltzmann_machine, SMALL),
    Kind(large_boltzmann_machine, SMALL),
]
