"""Models in the hands of scikit-learn and keras-tuner."""

import keras
import numpy as np
import pytest
from keras.wrappers import SKLearnClassifier, SKLearnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from kerasdeep.models import DBN, RBM, ClassificationRBM


@pytest.mark.parametrize("make", [lambda: RBM(30, seed=0), lambda: DBN([30, 20], seed=0)])
def test_features_in_a_pipeline_of_scikit_learn(make, digits):
    model = make()
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9))
    features = SKLearnTransformer(model)
    pipeline = make_pipeline(features, LogisticRegression(max_iter=1000))
    fit = {"sklearntransformer__epochs": 10, "sklearntransformer__verbose": 0}
    pipeline.fit(*digits, **fit)
    assert pipeline.score(*digits) > 0.8  # 0.1 by chance


def test_a_grid_search_over_classifiers(digits):
    def build(X, y, num_hidden):  # noqa: N803 so scikit-learn names it
        model = ClassificationRBM(num_hidden, 10, seed=0)
        model.compile(keras.optimizers.Adam(0.01))
        return model

    search = GridSearchCV(
        SKLearnClassifier(build, model_kwargs={"num_hidden": 5}),
        {"model_kwargs": [{"num_hidden": 2}, {"num_hidden": 50}]},
        cv=2,
    )
    search.fit(*digits, epochs=10, verbose=0)
    assert search.best_params_["model_kwargs"] == {"num_hidden": 50}
    assert search.best_score_ > 0.8


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # keras-tuner's own, many
@pytest.mark.parametrize("layers", [1, 2])
def test_keras_tuner_finds_a_rate(layers, digits, tmp_path):
    import keras_tuner

    def build(choices):
        model = RBM(20, seed=0) if layers == 1 else DBN([20] * layers, seed=0)
        rate = choices.Choice("rate", [1e-6, 0.1])
        model.compile(keras.optimizers.SGD(rate, momentum=0.9))
        return model

    tuner = keras_tuner.GridSearch(build, "val_loss", directory=tmp_path)
    tuner.search(digits[0], validation_split=0.2, epochs=3, verbose=0)
    assert tuner.get_best_hyperparameters()[0].get("rate") == 0.1
    assert np.isfinite(tuner.get_best_models()[0].predict(digits[0][:2], verbose=0)).all()
