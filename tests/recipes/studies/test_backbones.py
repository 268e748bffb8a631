"""Features of saved classifiers and of keras.applications."""

import keras
import numpy as np
import pytest

from kerasdeep.layers import TestTimeAugmentation
from kerasdeep.recipes.studies import transfer
from kerasdeep.recipes.studies.tools import backbones
from kerasdeep.recipes.studies.tools.transferred import Transferred
from kerasdeep.zoo.studies import transfer as zoo
from tests.recipes.studies.small_network import network


def test_a_saved_classifier_gives_the_features_below_its_answers(tmp_path):
    path, sequential = str(tmp_path / "model.keras"), network()
    *below, _, answers = sequential.layers
    rows = np.random.default_rng(0).random((5, 6, 6, 1), "float32")
    expected = keras.Model(*sequential.inputs, answers.input)(rows)
    for model in (sequential, keras.Model(*sequential.inputs, *sequential.outputs)):
        model.save(path)
        features, prepare = backbones.read(path, None, None, (8, 8))
        np.testing.assert_array_equal(features(prepare(rows)), expected)
        averaged = [keras.Input((6, 6, 1)), TestTimeAugmentation(model, rotation=10)]
        features_of_one = backbones.features_of(keras.Sequential(averaged), "averaged")
        np.testing.assert_array_equal(features_of_one(rows), expected)
        if model is sequential:  # without its dropout
            assert [layer.name for layer in features.layers] == [layer.name for layer in below]


def test_an_autoencoder_is_no_classifier(tmp_path):
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, keras.layers.Conv2D(1, 3)(inputs)).save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="Expected a classifier, .* a Functional"):
        backbones.read(str(tmp_path / "model.keras"), None, None, (8, 8))


def test_a_model_of_keras_applications_learns(tmp_path):
    features, prepare = backbones.read("MobileNetV2", "random", None, (8, 8))
    assert features.input_shape == (None, 32, 32, 3)
    np.testing.assert_allclose(prepare(np.array([0.0, 0.5, 1.0])), [-1, 0, 1], atol=1e-6)
    file = tmp_path / "own.weights.h5"
    features.save_weights(file)
    again, _ = backbones.read("MobileNetV2", str(file), 32, (8, 8))
    for one, other in zip(features.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    classifier = Transferred(again, (8, 8), 10, prepare=prepare)
    rows, labels = np.random.default_rng(0).random((4, 64), "float32"), np.arange(4)
    classifier(rows)
    first = classifier.answers.get_weights()
    classifier.begin(*zoo.WAYS["frozen"], 0.01, 1)
    classifier.fit(rows, labels, verbose=0)
    for one, other in zip(features.weights, classifier.features.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(first[0], classifier.answers.kernel)
    normalization = classifier.features.get_layer("bn_Conv1")
    assert normalization.momentum == 0.9 < features.get_layer("bn_Conv1").momentum


def test_weights_that_are_not_at_hand_are_one_line(monkeypatch):
    def unreachable(*arguments, **further):
        raise Exception("URL fetch failure on https://storage: None -- Name not known\n  at 1")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", unreachable)
    expected = (
        "Expected the weights 'imagenet' of MobileNetV2, which could not be fetched (URL fetch "
        "failure on https://storage: None -- Name not known). Pass --weights FILE with weights "
        "that you have, or --weights random."
    )
    with pytest.raises(ValueError) as error:
        transfer.load(transfer.Options(backbone="MobileNetV2"))
    assert str(error.value) == expected
