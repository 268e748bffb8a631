"""Keras's own models that ours become, which train by Keras's own steps."""

from kerasdeep.models import DBM, DBN
from kerasdeep.models.networks import VirtualAdversarial
from tests.kerasdeep.training.models import X, Y
from tests.kinds import Kind


def compiled(network, **arguments):
    network.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=["acc"], **arguments)
    return network


def classifier_of_a_dbn(**arguments):
    dbn = DBN([12, 8], seed=1)
    dbn.initialize_from(X)
    return compiled(dbn.to_classifier(10, kernel_initializer="zeros"), **arguments)


def classifier_of_a_dbm(**arguments):
    dbm = DBM([12, 8], seed=1)
    dbm.initialize_from(X)
    network = dbm.to_classifier(10, kernel_initializer="zeros")
    return compiled(network, **arguments)


def virtual_adversarial(**arguments):
    dbn = DBN([12, 8], seed=1)
    dbn.initialize_from(X)
    network = dbn.to_classifier(10, kernel_initializer="zeros")
    smooth = VirtualAdversarial(network.inputs, network.outputs, epsilon=0.5, seed=1)
    return compiled(smooth, **arguments)


KINDS = [
    Kind(classifier_of_a_dbn, X, Y),
    Kind(classifier_of_a_dbm, X, Y),
    Kind(virtual_adversarial, X, Y),
]
