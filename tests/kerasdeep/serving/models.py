"""Small models to export, of every class that answers alike where it is served."""

import keras
import numpy as np

from kerasdeep.layers import TestTimeAugmentation
from kerasdeep.models import (
    DBM,
    DBN,
    RBM,
    Bagging,
    ClassificationRBM,
    GenerativeDBN,
    SigmoidBeliefNetwork,
    VirtualAdversarial,
)
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
    "fine_tuned_dbm": lambda: dbm().to_classifier(3, dropout=0.5),
    "classifier": lambda: dbn().to_classifier(3, dropout=0.5),
    "autoencoder": lambda: dbn().to_autoencoder(),
}
