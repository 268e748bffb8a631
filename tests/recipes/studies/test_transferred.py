"""What is frozen of features that another network learned, and what learns."""

import keras
import numpy as np

from kerasdeep.recipes.studies.tools import backbones
from kerasdeep.recipes.studies.tools.transferred import Transferred, fitting
from kerasdeep.zoo.studies import transfer as zoo
from tests.recipes.studies.small_network import network


def features():
    """Returns what is below the answers of `network()`."""
    return backbones.features_of(network(), "network")


def learn(classifier, step):
    """Takes two updates with random rows; returns which of the classifier's layers have changed."""
    layers = [*classifier.features.layers, classifier.answers]
    layers = [layer for layer in layers if layer.weights]
    before = [layer.get_weights() for layer in layers]
    generator = np.random.default_rng(0)
    rows, labels = generator.random((20, 36), "float32"), generator.integers(0, 3, 20)
    classifier.begin(step, 0.1, 2)
    classifier.fit(rows, labels, batch_size=10, verbose=0)
    same = [
        [np.array_equal(*pair) for pair in zip(old, layer.get_weights(), strict=True)]
        for old, layer in zip(before, layers, strict=True)
    ]
    assert all(all(one) or not any(one) for one in same)  # of a layer, all weights or none
    return [not all(one) for one in same]


def test_frozen_features_stay_bit_for_bit_and_the_answers_learn():
    classifier = Transferred(features(), (6, 6), 3)
    classifier(np.zeros((1, 36)))  # which draws the weights of the answers
    assert learn(classifier, *zoo.WAYS["frozen"]) == [False, False, False, False, True]


def test_layers_are_unfrozen_from_the_top_down():
    source = features()
    before, classifier = source.get_weights(), Transferred(source, (6, 6), 3)
    classifier(np.zeros((1, 36)))  # which draws the weights of the answers
    changed = [learn(classifier, step) for step in zoo.WAYS["unfrozen in steps"]]
    none, upper, every = ([False] * 4, [False, False, True, True], [True] * 4)
    assert changed == [[*none, True], [*upper, True], [*every, True]]
    rates = [step.factor for step in zoo.WAYS["unfrozen in steps"]]
    assert rates[0] == 1 and max(rates[1:]) < 1
    for old, new in zip(before, source.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_frozen_features_infer_while_the_answers_learn():
    one = network()
    with_dropout = keras.Model(*one.inputs, one.layers[-1].input)
    classifier = Transferred(with_dropout, (6, 6), 3)
    rows = np.random.default_rng(0).random((20, 36), "float32")
    for step, same in zip(zoo.WAYS["unfrozen in steps"], (True, False, False), strict=True):
        classifier.begin(step, 0.1, 5)
        infers, trains = classifier(rows), classifier(rows, training=True)
        assert np.allclose(infers, trains) == same


def test_random_features_are_those_of_another_network():
    source = features()
    kept, drawn = (Transferred(source, (6, 6), 3, anew=anew).features for anew in (False, True))
    for old, same, other in zip(source.weights, kept.weights, drawn.weights, strict=True):
        np.testing.assert_array_equal(old, same)
        assert old.shape == other.shape
        assert "kernel" not in old.path or np.abs(old - other).min() > 0


def test_images_are_made_to_fit():
    rows = np.random.default_rng(0).random((2, 36), "float32")
    images = rows.reshape(2, 6, 6, 1)
    np.testing.assert_array_equal(fitting((6, 6), (6, 6, 1))(rows), images)
    np.testing.assert_array_equal(fitting((6, 6), (None, None, 3))(rows), np.tile(images, 3))
    np.testing.assert_array_equal(fitting((6, 6), (36,))(rows), rows)
    assert fitting((6, 6), (9, 12, 3))(rows).shape == (2, 9, 12, 3)
