"""What deep models are asked, against sums over all states; and questions that they refuse."""

import keras
import numpy as np
import pytest

from kerasdeep import units
from kerasdeep.likelihood import (
    Estimate,
    annealed_importance_sampling,
    exact_log_likelihood,
    exact_log_partition,
    log_likelihood,
    lower_bound,
)
from kerasdeep.likelihood.pseudo import PseudoLogLikelihood
from kerasdeep.models import DBM, DBN, RBM, GenerativeDBN, SigmoidBeliefNetwork

NUM_CLASSES = 3
X = np.array([row for row in np.ndindex(2, 2, 2, 2, 2)], "float32")
Y = np.arange(len(X)) % NUM_CLASSES


def random(model):
    """Returns a model of rows of five values with weights of size one."""
    model.build((None, X.shape[1]))
    model.compile()
    if hasattr(model, "join"):
        model.join()
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    return model


DEEP = {
    "dbm": lambda: random(DBM([4, 3], seed=0)),
    "dbn": lambda: random(DBN([4, 3])),
    "generative": lambda: random(GenerativeDBN([4, 3], seed=0)),
    "labelled dbm": lambda: random(DBM([4, 3], num_classes=NUM_CLASSES, seed=0)),
    "labelled": lambda: random(GenerativeDBN([4, 3], num_classes=NUM_CLASSES, seed=0)),
    "sbn": lambda: random(SigmoidBeliefNetwork([4, 3], seed=0)),
}
by_name = pytest.mark.parametrize("make", DEEP.values(), ids=DEEP)


def test_a_labelled_network_reports_its_data_beside_their_labels():
    model = random(GenerativeDBN([4], num_classes=NUM_CLASSES, seed=0))
    labels = np.where(Y == 2, -1, Y)
    found = model.evaluate(X, labels, verbose=0, return_dict=True)
    shown = np.where(labels[:, None] >= 0, np.eye(NUM_CLASSES)[Y], model.class_probabilities(X))
    rows = keras.ops.cast(np.concatenate([X, shown], axis=1), "float32")
    expected, field = PseudoLogLikelihood(), model.top.hidden_field(rows)
    mean = model.top.visible_mean(model.top.hidden.mean(field))
    expected.update_state(model.top, rows, field, mean)
    assert found["pseudo_log_likelihood"] == pytest.approx(float(expected.result()), rel=1e-5)
    assert found["free_energy"] == pytest.approx(np.mean(model.free_energy(X)), rel=1e-5)


@pytest.mark.parametrize("labels", [None, 1])
def test_completions_are_of_the_distribution_given_what_is_held(labels):
    """20,000 chains of three free units: chi-squared, 7 degrees of freedom, false alarm 1e-4."""
    model = random(GenerativeDBN([6], num_classes=NUM_CLASSES, seed=0))
    held = np.array([True, True, False, False, False])
    log_p = np.array(exact_log_likelihood(model, X))
    if labels is not None:
        log_p += np.log(np.array(model.class_probabilities(X))[:, labels])
    given = (X[:, :2] == [1, 0]).all(axis=1)
    p = np.exp(log_p[given] - np.logaddexp.reduce(log_p[given]))
    start = np.tile(np.array([1, 0, 1, 0, 0], "float32"), (20_000, 1))
    labels = None if labels is None else np.full(20_000, labels)
    drawn = np.array(model.sample(steps=60, initial=start, clamped=held, labels=labels))
    assert (drawn[:, :2] == [1, 0]).all()
    counts = np.bincount((drawn[:, 2:] @ [4, 2, 1]).astype(int), minlength=8)
    assert (np.square(counts - 20_000 * p) / (20_000 * p)).sum() < 29.9


@pytest.mark.parametrize("make", [lambda: DBN([4]), lambda: GenerativeDBN([4], num_classes=3)])
def test_means_are_drawn_beside_what_is_held(make):
    held = np.array([True, True, False, False, False])
    drawn = np.array(random(make()).sample(steps=3, initial=X, clamped=held, mean=True))
    assert np.array_equal(drawn[:, :2], X[:, :2])
    assert ((drawn[:, 2:] > 0) & (drawn[:, 2:] < 1)).all()


@pytest.mark.parametrize("layers", [[4], [4, 3], [4, 3, 2], [3, 2, 2, 3]])
@pytest.mark.parametrize("num_classes", [None, NUM_CLASSES])
def test_exact_likelihoods_of_a_deep_machine(layers, num_classes):
    model = random(DBM(layers, num_classes=num_classes, seed=0))
    log_p = exact_log_likelihood(model, X)
    assert np.logaddexp.reduce(log_p) == pytest.approx(0, abs=1e-5)
    assert (lower_bound(model, X) < log_p + 1e-5).all()
    if len(layers) == 1 and num_classes is None:
        np.testing.assert_allclose(log_p, lower_bound(model, X), atol=1e-5)


def test_exact_likelihoods_of_an_rbm():
    rbm = random(RBM(4, seed=0))
    np.testing.assert_allclose(exact_log_likelihood(rbm, X), log_likelihood(rbm, X), atol=1e-5)


def test_an_estimate_counts_with_its_mean():
    model = DEEP["dbm"]()
    found = lower_bound(model, X[:3], Estimate(1.0, 0.0, 2.0))
    np.testing.assert_array_equal(found, lower_bound(model, X[:3], 1.0))


def test_mixed_data_is_learned_beside_labels():
    data = units.Mixed([("bernoulli", 3), ("gaussian", 2)])
    model = GenerativeDBN([4], num_classes=NUM_CLASSES, visible=data, seed=0)
    model.compile()
    history = model.fit(X, Y, epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()


def test_rbms_keep_their_unit_types_beside_labels():
    layers = [RBM(4, "gaussian", hidden="spin"), RBM(3, "spin")]
    with pytest.raises(ValueError, match="visible='bernoulli' and an RBM of gaussian units"):
        GenerativeDBN(layers, num_classes=NUM_CLASSES)
    model = GenerativeDBN(layers, num_classes=NUM_CLASSES, visible="gaussian", seed=0)
    model.compile()
    assert np.isfinite(model.fit(3 * X, Y, verbose=0).history["loss"]).all()
    assert [unit.name for unit, _ in model.top.visible.layers] == ["spin", "softmax"]


QUESTIONS = ("infer", "reconstruct", "free_energy", "class_probabilities")


@by_name
def test_rows_of_another_shape_are_refused(make):
    model = make()
    asked = [getattr(model, name) for name in QUESTIONS if hasattr(model, name)]
    if not model.num_classes:
        asked = [one for one in asked if one.__name__ != "class_probabilities"]
    asked += [lambda x: lower_bound(model, x)]
    if not isinstance(model, SigmoidBeliefNetwork):
        asked += [
            lambda x: annealed_importance_sampling(model, x, 5, verbose=0),
            lambda x: model.sample(steps=1, initial=x),
            lambda x: model.sample(steps=1, initial=x, clamped=np.ones(np.shape(x)[1:], bool)),
        ]
    for ask in asked:
        with pytest.raises(ValueError, match="expects rows of 5 values. Received: rows of 4"):
            ask(X[:, :4])
    for ask in asked[:-1]:
        with pytest.raises(ValueError, match="shape .num_rows, num_visible.. Received: shape .5,"):
            ask(X[0])
    with pytest.raises(ValueError, match="at least one row"):
        lower_bound(model, X[:0])


@by_name
def test_a_model_without_weights_says_so(make):
    model = type(make()).from_config(make().get_config())
    for ask in (
        *(getattr(model, name) for name in QUESTIONS[:3] if hasattr(model, name)),
        lambda x: lower_bound(model, x),
        lambda x: exact_log_partition(model),
    ):
        with pytest.raises(ValueError, match="has no weights yet. Call fit, or"):
            ask(X)


def test_arguments_of_annealing_are_checked():
    model = DEEP["dbm"]()
    for options, message in (
        ({"num_chains": 1}, "at least 2 chains, and a seed. Received: num_chains=1"),
        ({"burn_in": -1}, "burn_in to be an integer, at least 1"),
        ({"seed": 1.5}, "seed to be an integer"),
        ({"reverse": "yes"}, "reverse to be True or False"),
    ):
        with pytest.raises(ValueError, match=message):
            annealed_importance_sampling(model, X, 5, verbose=0, **options)
    with pytest.raises(ValueError, match="a SigmoidBeliefNetwork has none of"):
        annealed_importance_sampling(DEEP["sbn"](), X, 5, verbose=0)


def test_steps_labels_and_held_units_are_checked():
    model = DEEP["labelled"]()
    one = model.class_probabilities(X, np.int64(2))
    assert one.shape == (len(X), NUM_CLASSES)
    for steps in (-1, 2.5, True):
        with pytest.raises(ValueError, match="gibbs_steps to be an integer, at least 1"):
            model.class_probabilities(X, steps)
    with pytest.raises(ValueError, match="2 labels and 3 rows"):
        model.sample(initial=X[:3], labels=[0, 1])
    with pytest.raises(ValueError, match=r"booleans of shape \(5,\).*of shape \(4,\)"):
        DEEP["labelled dbm"]().sample(initial=X, clamped=np.ones(4, bool))
    with pytest.raises(TypeError, match="mean_field"):
        DBM([4], mean_field=False)
