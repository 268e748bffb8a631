"""Small models to export, of every class that answers alike where it is served."""

import keras
import numpy as np

from kerasdeep.layers import BinaryCode, MaskingNoise, TestTimeAugmentation
from kerasdeep.models import (
    DBM,
    DBN,
    GAN,
    RBM,
    WGAN,
    Autoencoder,
    Bagging,
    ClassificationRBM,
    DeepStackingNetwork,
    GenerativeDBN,
    SigmoidBeliefNetwork,
    StackedAutoencoder,
    VariationalAutoencoder,
    VirtualAdversarial,
)
from kerasdeep.penalties import Contraction
from kerasdeep.units import Gaussian


def rbm():
    model = RBM(5, visible=Gaussian(stddev=0.5), seed=1)
    model.build((None, 12))
    return model


def dbn():
    model = DBN([6, 5], seed=1)
    model.build((None, 12))
    for part in model.rbms:
        part.kernel.assign(30 * part.kernel.value)
    return model


def dbm():
    model = DBM([6, 5], seed=1)
    model.build((None, 12))
    for kernel in model.kernels:
        kernel.assign(30 * kernel.value)
    return model


def labelled(make_one, layers):
    """Returns a model with label units and weights that tell rows apart."""
    model = make_one(layers, num_classes=3, seed=1)
    model.build((None, 12))
    model.join()
    for weight in model.trainable_weights:
        if len(weight.shape) == 2:
            weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    return model


def labelled_dbm():
    return labelled(DBM, [6, 5])


def generative_dbn():
    return labelled(GenerativeDBN, [6, 5])


def class_rbm():
    model = ClassificationRBM(5, 3, seed=1)
    model.build((None, 12))
    return model


def sigmoid_belief_network():
    model = SigmoidBeliefNetwork([6, 5], seed=1)
    model.build((None, 12))
    return model


def autoencoder():
    """With all that is there in training alone."""
    encoder = keras.layers.Dense(5, "sigmoid")
    model = Autoencoder(encoder, corruption=MaskingNoise(0.5), penalty=Contraction(0.1))
    model.build((None, 12))
    return model


def bits():
    layers = [keras.layers.Dense(6, "gelu"), keras.layers.Dense(5)]
    encoder = keras.Sequential([*layers, BinaryCode(2.0, seed=1)])
    model = Autoencoder(encoder, keras.layers.Dense(12))
    model.build((None, 12))
    return model


def stacked_autoencoder():
    model = StackedAutoencoder([6, 5])
    model.build((None, 12))
    return model


def variational_autoencoder():
    model = VariationalAutoencoder(keras.layers.Dense(6), keras.layers.Dense(12), seed=1)
    model.build((None, 12))
    return model


def stacking_network():
    model = DeepStackingNetwork([6, 5], 3, name="stacking")
    model.build((None, 12))
    for block in model.blocks:
        block.upper.assign(np.random.default_rng(0).normal(size=block.upper.shape))
    return model


def adversarial_network(kind=GAN, **options):
    generator = keras.Sequential([keras.layers.Dense(12, "sigmoid")])
    discriminator = keras.Sequential([keras.layers.Dense(1)])
    model = kind(generator, discriminator, num_noise=4, seed=1, **options)
    model.build((None, 12))
    return model


def conditional_adversarial_network():
    return adversarial_network(WGAN, num_classes=3, averaging=0.9)


def virtual_adversarial():
    network = dbm().to_classifier(3, beside=False)
    return VirtualAdversarial(network.input, network.output, epsilon=1.0, name="classifier")


def averaged_views():
    """Of networks together, each of which averages views."""
    dense = [keras.layers.Flatten(), keras.layers.Dense(3, "softmax")]
    member = TestTimeAugmentation(keras.Sequential([keras.Input((3, 4, 1)), *dense]), rotation=20)
    rows = [keras.Input((12,)), keras.layers.Reshape((3, 4, 1))]
    return Bagging(keras.Sequential([*rows, member]), 2, seed=1, name="classifier")


MODELS = {
    "rbm": rbm,
    "dbn": dbn,
    "dbm": dbm,
    "labelled_dbm": labelled_dbm,
    "generative_dbn": generative_dbn,
    "sigmoid_belief_network": sigmoid_belief_network,
    "virtual_adversarial": virtual_adversarial,
    "averaged_views": averaged_views,
    "denoising_autoencoder": autoencoder,
    "bits": bits,
    "stacked_autoencoder": stacked_autoencoder,
    "variational_autoencoder": variational_autoencoder,
    "stacking_network": stacking_network,
    "adversarial_network": adversarial_network,
    "conditional_adversarial_network": conditional_adversarial_network,
    "fine_tuned_dbm": lambda: dbm().to_classifier(3, dropout=0.5),
    "classifier": lambda: dbn().to_classifier(3, dropout=0.5),
    "autoencoder": lambda: dbn().to_autoencoder(),
}
