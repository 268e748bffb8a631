"""Stacks that are trained as a whole after their layers: when the whole starts from them."""

import keras
import numpy as np
import pytest

from kerasdeep.models import DBM, RBM, GenerativeDBN
from tests.kerasdeep.training.test_greedy import StopsAt
from tests.kinds import weights

X = np.random.default_rng(0).binomial(1, 0.3, (60, 6)).astype("float32")
Y = np.arange(60) % 3
MAKERS = {
    "dbm": lambda **options: DBM([4, 3], seed=0, **options),
    "generative_dbn": lambda **options: GenerativeDBN([4, 3], seed=0, **options),
}


@pytest.fixture(params=MAKERS)
def make(request):
    def compiled(**options):
        model = MAKERS[request.param](**options)
        model.compile(keras.optimizers.SGD(0.1))
        return model

    return compiled


def of_the_layers(model):
    """Returns what a whole that was just joined has, made of its layers by hand."""
    if isinstance(model, GenerativeDBN):
        return [*(rbm.kernel for rbm in model.stack[:-1]), model.stack[0].visible_bias]
    lower, upper = model.stack
    return [lower.visible_bias, lower.hidden_bias + upper.visible_bias, upper.hidden_bias]


def own(model):
    """Returns the same of the whole itself."""
    if isinstance(model, GenerativeDBN):
        return [*model.generative_kernels, model.generative_biases[0]]
    return model.biases


def assert_joined(model):
    for found, expected in zip(own(model), of_the_layers(model), strict=True):
        np.testing.assert_allclose(np.array(found), np.array(expected), atol=1e-6)


def test_layers_that_are_trained_again_change_the_whole(make):
    model = make()
    for epochs in ([2, 2, 0], [5, 5, 0], [3, 0, 0]):
        before = [np.array(value) for value in own(model)] if model.built else None
        model.fit(X, epochs=epochs, verbose=0)
        assert_joined(model)
        assert model.is_joined() == (epochs[1] > 0)
        assert before is None or np.abs(before[0] - np.array(own(model)[0])).max() > 1e-4


def test_a_training_that_stops_below_the_highest_layer_is_not_finished(make):
    model = make()
    model.fit(X, epochs=2, callbacks=[StopsAt(0)], verbose=0)
    assert not model.is_joined()
    assert_joined(model)  # it answers as its layers are
    history = model.fit(X, epochs=2, verbose=0)
    assert history.epoch == list(range(6)) and model.is_joined()


def test_a_training_that_stops_in_the_highest_layer_is_joined(make):
    model = make()
    model.fit(X, epochs=2, callbacks=[StopsAt(2)], verbose=0)
    assert model.is_joined()
    assert_joined(model)


def test_fit_goes_on_after_single_batches(make):
    model = make(pretraining=False)
    for _ in range(5):
        model.train_on_batch(X)
    before = [np.array(value) for value in own(model)]
    assert model.is_joined() and np.abs(before[0]).max() > 0.01
    model.compile(keras.optimizers.SGD(0.0))
    model.fit(X, verbose=0)
    for one, other in zip(before, own(model), strict=True):
        np.testing.assert_array_equal(one, np.array(other))


def test_a_batch_that_cannot_be_learned_from_changes_nothing(make):
    model = make(pretraining=False)
    model.build((None, 6))
    before = weights(model)
    with pytest.raises(ValueError, match="min=nan"):
        model.train_on_batch(np.full((5, 6), np.nan, "float32"))
    for one, other in zip(before, weights(model), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "build",
    [
        lambda: DBM([5], seed=0),
        lambda: DBM([5, 4], num_classes=3, pretraining=False, seed=0),
        lambda: GenerativeDBN([5], num_classes=3, seed=0),
        lambda: GenerativeDBN([5, 4], num_classes=3, pretraining=False, seed=0),
        lambda: RBM(5, seed=0),
    ],
)
def test_a_generator_is_as_good_as_its_rows(build):
    """Its first batch, from which biases start, is seen before and trained on all the same."""
    ends = []
    for data, options in (
        ((np.tile(X, (3, 1)), np.tile(Y, 3)), {"batch_size": 60, "shuffle": False}),
        (((X, Y) for _ in range(3)), {"steps_per_epoch": 3}),
    ):
        model = build()
        model.compile(keras.optimizers.SGD(0.1))
        data = data if isinstance(data, tuple) else (data,)
        data = data if model.learns_from_labels else data[:1]
        model.fit(*data, verbose=0, **options)
        ends.append(weights(model))
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_generator_without_a_batch_is_refused():
    model = DBM([5])
    model.compile()
    with pytest.raises(ValueError, match="at least one batch"):
        model.fit((X for _ in range(0)), steps_per_epoch=1, verbose=0)
