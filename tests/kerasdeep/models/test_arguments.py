"""Arguments that cannot be meant are refused when a model is made, by a sentence."""

import keras
import pytest

from kerasdeep.layers import StochasticBinary
from kerasdeep.models import (
    DBM,
    DBN,
    RBM,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
    HopfieldNetwork,
)

MAKERS = {
    "RBM": lambda **arguments: RBM(3, **arguments),
    "DBN": lambda **arguments: DBN([3], **arguments),
    "DBM": lambda **arguments: DBM([3], **arguments),
    "ClassificationRBM": lambda **arguments: ClassificationRBM(3, 2, **arguments),
    "ConvolutionalRBM": lambda **arguments: ConvolutionalRBM(3, 2, **arguments),
    "BoltzmannMachine": BoltzmannMachine,
    "HopfieldNetwork": HopfieldNetwork,
    "StochasticBinary": StochasticBinary,
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", [-1, 1.5, "one", True])
def test_a_seed_is_a_whole_number(name, seed):
    with pytest.raises(ValueError, match=f"{name} expects seed to be an integer, at least 0"):
        MAKERS[name](seed=seed)


@pytest.mark.parametrize("name", ["RBM", "DBM", "ClassificationRBM", "ConvolutionalRBM"])
def test_centering_is_a_choice(name):
    with pytest.raises(ValueError, match="centering to be True or False. Received: centering='no'"):
        MAKERS[name](centering="no")


def test_a_dbn_has_a_model_for_each_layer_and_two_classes():
    rbm = RBM(3)
    with pytest.raises(ValueError, match="a model of its own for each layer"):
        DBN([rbm, rbm])
    with pytest.raises(ValueError, match="mean_field to be True or False"):
        DBN([3], mean_field="yes")
    dbn = DBN([3])
    dbn.build((None, 4))
    for number in (0, 1, 2.5):
        with pytest.raises(ValueError, match="to_classifier expects num_classes"):
            dbn.to_classifier(number)


def test_a_loss_is_refused_and_metrics_where_there_is_nothing_to_compare():
    for model in (RBM(3), ClassificationRBM(3, 2)):
        with pytest.raises(ValueError, match="has an objective of its own"):
            model.compile("sgd", loss="mse")
    with pytest.raises(ValueError, match="no reconstructions or labels that metrics"):
        BoltzmannMachine().compile("sgd", metrics=[keras.metrics.MeanSquaredError()])


@pytest.mark.parametrize("name", ["loss", "free_energy", "reconstruction_error"])
def test_a_metric_has_a_name_of_its_own(name):
    for model in (RBM(3), DBN([3])):
        with pytest.raises(ValueError, match=f"RBM reports .* Received: a metric named '{name}'"):
            model.compile("sgd", metrics=[keras.metrics.MeanSquaredError(name=name)])


@pytest.mark.parametrize(
    "metrics", ["categorical_accuracy", {"y": [keras.metrics.CategoricalCrossentropy()]}]
)
def test_metrics_of_one_hot_labels_are_not_for_numbers_of_classes(metrics):
    with pytest.raises(ValueError, match=r"Pass keras.metrics.SparseCategorical\w+\(\)"):
        ClassificationRBM(3, 2).compile("sgd", metrics=metrics)
