"""Writes the golden files of this version: python -m tests.golden.make

A golden file is a model as a version of kerasdeep saved it, and what it answered then. Later
versions must load it and answer the same. Files are added for new classes, never written anew.
"""

import sys
from pathlib import Path

import keras
import numpy as np

import kerasdeep
from kerasdeep.layers import (
    Augmentation,
    BinaryCode,
    CrossChannelPooling,
    Dropout,
    GaussianNoise,
    LocallyConnected2D,
    MaskingNoise,
    Maxout,
    NormPooling2D,
    SaltAndPepperNoise,
    SparseCoding,
    TestTimeAugmentation,
    WeightedAveragePooling2D,
)
from kerasdeep.models import (
    DBM,
    DBN,
    GAN,
    RBM,
    WGAN,
    Autoencoder,
    Bagging,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
    DeepStackingNetwork,
    GenerativeDBN,
    HopfieldNetwork,
    Perceptron,
    SigmoidBeliefNetwork,
    StackedAutoencoder,
    StackingBlock,
    VariationalAutoencoder,
    VirtualAdversarial,
)
from kerasdeep.penalties import AbsoluteCode, Contraction, SparseCode, SparsityTarget
from kerasdeep.samplers import (
    ContrastiveDivergence,
    FastPersistentContrastiveDivergence,
    ParallelTempering,
    PersistentContrastiveDivergence,
)
from kerasdeep.units import Gaussian, Mixed, Softmax

FOLDER = Path(__file__).parent
X = np.random.default_rng(0).random((40, 9)).astype("float32")
CLASSES = np.arange(40) % 3
BINARY = (X > 0.5).astype("float32")
ONE_HOT = np.concatenate([BINARY[:, :6], np.eye(3, dtype="float32")[CLASSES]], axis=1)
IMAGES = X.reshape(10, 6, 6, 1)


def rbm():
    model = RBM(6, seed=1)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), PersistentContrastiveDivergence(5, 2))
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def gaussian_rbm():
    model = RBM(6, visible=Gaussian([0.5] * 9), kernel_regularizer="l2", centering=False, seed=1)
    model.compile("adam", "cd")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def dbn():
    model = DBN([6, 4], mean_field=False, seed=1)
    model.compile(keras.optimizers.SGD(0.1), ["cd", "pcd"])
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def dbm():
    model = DBM([6, 4], seed=1)
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def labelled_dbm():
    model = DBM([6, 4], num_classes=3, pretraining=False, damping=0.2, seed=1)
    model.compile("adam", ParallelTempering(3, 5))
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def dbm_by_class():
    options = {"discriminative": 2.0, "chains_by_class": True, "rates": [1.0, 0.2, 0.5]}
    model = DBM([6, 4], num_classes=3, pretraining=False, seed=1, **options)
    model.compile("sgd", PersistentContrastiveDivergence(9, restart=0.1))
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def fine_tuned_dbm():
    model = dbm().to_classifier(3, input_dropout=0.1, dropout=0.2, max_norm=3.0)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def generative_dbn():
    model = GenerativeDBN([6, 4], num_classes=3, seed=1)
    model.compile(keras.optimizers.SGD(0.1), ContrastiveDivergence(3))
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def sigmoid_belief_network():
    model = SigmoidBeliefNetwork([6, 4], seed=1)
    model.compile("adam")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def classifier():
    model = dbn().to_classifier(3, input_dropout=0.1, dropout=0.2, max_norm=3.0)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, np.arange(40) % 3, batch_size=10, shuffle=False, verbose=0)
    return model


def virtual_adversarial():
    network = dbm().to_classifier(3, dropout=0.2, beside=False)
    model = VirtualAdversarial(network.input, network.output, epsilon=0.5, weight=2.0, seed=1)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def network_of_layers():
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            Augmentation([keras.layers.RandomTranslation(0.2, 0.2)], seed=1),
            keras.layers.Conv2D(6, 3, padding="same"),
            NormPooling2D(2, p=3.0),
            CrossChannelPooling(2, "norm"),
            WeightedAveragePooling2D(2, 1, stddev=1.0),
            keras.layers.Flatten(),
            Dropout(0.2, seed=1),
            keras.layers.Dense(12),
            Maxout(3),
            keras.layers.Dense(3, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, CLASSES[:10], batch_size=5, shuffle=False, verbose=0)
    return model


def bagging():
    member = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            LocallyConnected2D(2, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, "softmax"),
        ]
    )
    model = Bagging(member, 2, combination="vote", seed=1)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, CLASSES[:10], batch_size=5, shuffle=False, verbose=0)
    return model


def averaged_views():
    network = keras.Sequential(
        [keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")]
    )
    averaged = TestTimeAugmentation(network, 20.0, 0.1, 0.2, mirror=True)
    model = keras.Sequential([keras.Input((6, 6, 1)), averaged])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, CLASSES[:10], batch_size=5, shuffle=False, verbose=0)
    return model


def learned_variance_rbm():
    model = RBM(6, visible=Gaussian(learned=True), seed=1)
    model.compile(keras.optimizers.SGD(0.01), FastPersistentContrastiveDivergence(5))
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def mixed_rbm():
    visible = Mixed([("bernoulli", 6), (Softmax(3), 3)])
    model = RBM(6, visible=visible, sparsity=SparsityTarget(0.1), seed=1)
    model.compile(keras.optimizers.SGD(0.1), ParallelTempering(3, 5))
    model.fit(ONE_HOT, batch_size=10, shuffle=False, verbose=0)
    return model


def classification_rbm():
    model = ClassificationRBM(6, 3, dropout=0.5, input_dropout=0.1, seed=1)
    model.compile("adam", "pcd")
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


def convolutional_rbm():
    model = ConvolutionalRBM(3, 3, sparsity=SparsityTarget(0.1), seed=1)
    model.compile(keras.optimizers.SGD(0.01))
    model.fit(IMAGES, batch_size=5, shuffle=False, verbose=0)
    return model


def boltzmann_machine():
    model = BoltzmannMachine(2, seed=1)
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(BINARY, batch_size=10, shuffle=False, verbose=0)
    return model


def large_boltzmann_machine():
    model = BoltzmannMachine(12, num_chains=5, seed=1)
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(BINARY, batch_size=10, shuffle=False, verbose=0)
    return model


def hopfield_network():
    model = HopfieldNetwork(values="binary", seed=1)
    model.fit(BINARY[:2], verbose=0)
    return model


def perceptron():
    model = Perceptron()
    model.fit(BINARY, BINARY[:, 0], epochs=100, verbose=0)
    return model


def autoencoder():
    """Tied weights, with noise before the code and in it."""
    encoder = keras.Sequential([keras.layers.Dense(6), BinaryCode(1.0, seed=2)])
    corruption = keras.Sequential(
        [MaskingNoise(0.2, seed=1), SaltAndPepperNoise(0.1, seed=1), GaussianNoise(0.1, seed=1)]
    )
    model = Autoencoder(encoder, corruption=corruption, penalty=SparseCode(0.3, cost=0.1))
    model.compile("adam")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def sparse_coding():
    coding, penalty = SparseCoding(12, 0.1, num_steps=20), AbsoluteCode(0.1)
    model = Autoencoder(coding, visible="gaussian", penalty=penalty)
    model.compile("adam")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def variational_autoencoder():
    model = VariationalAutoencoder(keras.layers.Dense(4), keras.layers.Dense(9), seed=1)
    model.compile("adam")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def stacked_autoencoder():
    model = StackedAutoencoder(
        [Autoencoder(keras.layers.Dense(6, "sigmoid"), penalty=Contraction(0.1)), 4]
    )
    model.compile("adam")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def deep_stacking_network():
    block = StackingBlock(6, 3, corruption=Dropout(0.2, seed=1))
    model = DeepStackingNetwork([block, 4], 3, ridge=0.1, decay=0.5)
    model.compile("adam")
    model.fit(X, CLASSES, batch_size=10, epochs=2, shuffle=False, verbose=0)
    return model


def adversarial_networks():
    generator = [keras.layers.Dense(6, "elu"), keras.layers.Dense(9, "sigmoid")]
    discriminator = [keras.layers.Dense(6, "elu"), keras.layers.Dense(1)]
    return keras.Sequential(generator), keras.Sequential(discriminator)


def adversarial_network():
    model = GAN(*adversarial_networks(), 4, noise="uniform", averaging=0.9, seed=1)
    model.compile("sgd", keras.optimizers.SGD(0.1, momentum=0.5))
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def conditional_wasserstein_network():
    model = WGAN(*adversarial_networks(), 4, num_classes=3, discriminator_steps=2, seed=1)
    model.compile("sgd")
    model.fit(X, CLASSES, batch_size=10, shuffle=False, verbose=0)
    return model


DRAWING = RBM, DBN, DBM, GenerativeDBN, SigmoidBeliefNetwork
# How to make a model of each class, and what to train and ask it with.
MODELS = {
    "rbm": (rbm, X, None),
    "gaussian_rbm": (gaussian_rbm, X, None),
    "learned_variance_rbm": (learned_variance_rbm, X, None),
    "mixed_rbm": (mixed_rbm, ONE_HOT, None),
    "dbn": (dbn, X, None),
    "dbm": (dbm, X, None),
    "labelled_dbm": (labelled_dbm, X, CLASSES),
    "dbm_by_class": (dbm_by_class, X, CLASSES),
    "fine_tuned_dbm": (fine_tuned_dbm, X, CLASSES),
    "generative_dbn": (generative_dbn, X, CLASSES),
    "sigmoid_belief_network": (sigmoid_belief_network, X, None),
    "classifier": (classifier, X, CLASSES),
    "classification_rbm": (classification_rbm, X, CLASSES),
    "virtual_adversarial": (virtual_adversarial, X, CLASSES),
    "convolutional_rbm": (convolutional_rbm, IMAGES, None),
    "network_of_layers": (network_of_layers, IMAGES, CLASSES[:10]),
    "averaged_views": (averaged_views, IMAGES, CLASSES[:10]),
    "bagging": (bagging, IMAGES, CLASSES[:10]),
    "boltzmann_machine": (boltzmann_machine, BINARY, None),
    "large_boltzmann_machine": (large_boltzmann_machine, BINARY, None),
    "hopfield_network": (hopfield_network, BINARY[:2], None),
    "perceptron": (perceptron, BINARY, BINARY[:, 0]),
    "autoencoder": (autoencoder, X, None),
    "sparse_coding": (sparse_coding, X, None),
    "variational_autoencoder": (variational_autoencoder, X, None),
    "stacked_autoencoder": (stacked_autoencoder, X, None),
    "deep_stacking_network": (deep_stacking_network, X, CLASSES),
    "adversarial_network": (adversarial_network, X, None),
    "conditional_wasserstein_network": (conditional_wasserstein_network, X, CLASSES),
}


def answers(name, model):
    """Returns what a model answers, and how it goes on: one more epoch of training."""
    _, x, y = MODELS[name]
    outputs = {"predict": model.predict(x, verbose=0)}
    if isinstance(model, Autoencoder | StackedAutoencoder):
        outputs["reconstruct"] = np.array(model.reconstruct(x))
    if isinstance(model, VariationalAutoencoder | GAN):
        outputs["sample"] = np.array(model.sample(4))
    if isinstance(model, DRAWING):
        outputs["reconstruct"] = np.array(model.reconstruct(x))
        steps = {} if isinstance(model, SigmoidBeliefNetwork) else {"steps": 3}
        outputs["sample"] = np.array(model.sample(4, **steps))
    options = {} if isinstance(model, HopfieldNetwork) else {"shuffle": False, "batch_size": 10}
    model.fit(x, y, verbose=0, **options)
    return {**outputs, "after_training": model.predict(x, verbose=0)}


def main():
    for name, (make, *_) in MODELS.items():
        path = FOLDER / f"{name}-{kerasdeep.__version__}.keras"
        if path.exists():
            sys.stdout.write(f"{path.name} is kept\n")
            continue
        make().save(path)
        np.savez(path.with_suffix(".npz"), **answers(name, keras.models.load_model(path)))


if __name__ == "__main__":
    main()
