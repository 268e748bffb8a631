"""The classification RBM against enumeration: three classes, two Bernoulli units of data."""

import keras
import numpy as np
import pytest

from kerasdeep.models import ClassificationRBM
from kerasdeep.units import Softmax
from tests import kinds, oracles
from tests.small import ExactSampler, parameters

LABELLED = np.array([0, 2, 1, 1, 0, 2])


def make(oracle, **arguments):
    """Returns a model whose joint RBM has the weights of an oracle with mixed visible units."""
    model = ClassificationRBM(len(oracle["hidden_bias"]), 3, seed=0, **arguments)
    model.build((None, 2))
    for name in ("kernel", "visible_bias", "hidden_bias"):
        getattr(model.joint, name).assign(oracle[name].astype("float32"))
    return model


def data():
    x = np.random.default_rng(2).integers(0, 2, (6, 2)).astype("float32")
    return x, LABELLED


def exact_log_p(oracle, x):
    """Returns log p(x, y) of all labels, shape (len(x), 3), and log p(y | x)."""
    joint = np.stack(
        [
            oracles.log_likelihood(oracle, np.concatenate([x, np.tile(label, (len(x), 1))], axis=1))
            for label in np.eye(3)
        ],
        axis=1,
    )
    return joint, joint - oracles.log_sum_exp(joint, axis=1)[:, None]


@pytest.mark.parametrize("hidden", ["bernoulli", "relu"])
def test_probabilities_of_labels_equal_enumeration(hidden, close):
    oracle = parameters("mixed", hidden, scale=1.0)
    x, _ = data()
    joint, conditional = exact_log_p(oracle, x)
    model = make(oracle, hidden=hidden)
    close("p(y|x)", model.predict(x, verbose=0), np.exp(conditional), 1e-5)
    log_z = oracles.log_partition(oracle)
    np.testing.assert_allclose(
        model.free_energy(x), -oracles.log_sum_exp(joint, axis=1) - log_z, atol=3e-5
    )


@pytest.mark.parametrize("centring", [False, True])
@pytest.mark.parametrize(
    ("discriminative", "generative", "unlabelled", "labels"),
    [
        (1.0, 0.0, 0.0, LABELLED),
        (0, 1, 0, LABELLED),
        (1.0, 0.3, 0.0, LABELLED),
        (1.0, 0.3, 0.5, np.array([0, -1, 1, -1, -1, 2])),
    ],
    ids=["discriminative", "generative", "hybrid", "semi-supervised"],
)
def test_a_step_follows_the_exact_gradient(
    discriminative, generative, unlabelled, labels, centring, close
):
    """Central differences of the enumerated objective, weighted rows."""
    oracle = parameters("mixed", "bernoulli", scale=1.0)
    model = make(
        oracle,
        discriminative=discriminative,
        generative=generative,
        unlabelled=unlabelled,
        centering=centring,
    )
    eagerly = labels is not LABELLED  # of graphs, which take a second each, the labelled ones
    model.compile(keras.optimizers.SGD(1.0), ExactSampler(), run_eagerly=eagerly)
    x, _ = data()
    weight = np.linspace(0.2, 2, 6)
    offsets = [
        np.array(offset, float)
        for offset in (model.joint.visible_offset, model.joint.hidden_offset)
    ]

    def objective(changed):
        joint, conditional = exact_log_p(changed, x)
        known = labels >= 0
        rows = np.where(
            known,
            discriminative * conditional[np.arange(6), labels]
            + generative * joint[np.arange(6), labels],
            unlabelled * oracles.log_sum_exp(joint, axis=1),
        )
        return float((weight * rows).mean())

    expected = oracles.centred_ascent(objective, oracle, offsets)
    model.train_on_batch(x, labels, sample_weight=weight.astype("float32"))
    for name, change in expected.items():
        got = np.array(getattr(model.joint, name), float) - oracle[name]
        close("gradients, classification RBM", got, change, 3e-5)
    moved = np.abs(model.joint.visible_offset - offsets[0]).max() > 0
    assert moved == centring


def test_dropout_of_units_leaves_the_mean_of_the_field():
    """Over 40,000 masks; 5 standard errors, false alarm below 1e-5 in 6 comparisons."""
    model = make(parameters("mixed", "bernoulli", num_hidden=4, scale=1.0), dropout=0.4)
    x, _ = data()
    for row in x[:2]:
        rows = np.tile(row, (40_000, 1))
        drawn = np.array(model._thinned_label_field(rows))
        error = 5 * drawn.std(axis=0) / np.sqrt(len(rows))
        assert (np.abs(drawn.mean(axis=0) - model.label_field(rows[:1])) < error).all()
        assert (drawn.std(axis=0) > 0.1).all()


def test_dropout_of_data_is_in_training_alone(digits):
    x, y = digits
    model = ClassificationRBM(20, 10, generative=0.0, unlabelled=0.0, input_dropout=0.9, seed=1)
    model.compile(keras.optimizers.SGD(0.0))
    model.build((None, x.shape[1]))
    model.joint.kernel.assign(np.random.default_rng(0).normal(size=model.joint.kernel.shape))
    logs = model.fit(x, y, batch_size=100, validation_data=(x, y), verbose=0).history
    again = model.evaluate(x, y, batch_size=100, verbose=0, return_dict=True)
    assert logs["val_cross_entropy"][-1] == pytest.approx(again["cross_entropy"], rel=1e-5)
    assert logs["cross_entropy"][-1] != pytest.approx(again["cross_entropy"], rel=1e-2)


def trained(digits, epochs=5, **arguments):
    x, y = digits
    model = ClassificationRBM(50, 10, seed=1, **arguments)
    model.compile(keras.optimizers.Adam(0.01), "pcd")
    model.fit(x[:800], y[:800], batch_size=20, epochs=epochs, verbose=0)
    return model


def test_it_learns_digits_and_draws_them_by_their_label(digits):
    x, y = digits
    model = trained(digits, epochs=15)
    assert model.evaluate(x[800:], y[800:], verbose=0, return_dict=True)["accuracy"] > 0.85
    labels = np.repeat(np.arange(10), 5)
    drawn = np.array(model.sample(labels=labels, steps=50, mean=True))
    means = np.stack([x[y == label].mean(axis=0) for label in range(10)])
    distances = ((drawn[:, None] - means) ** 2).sum(-1)
    assert (distances.argmin(axis=1) == labels).mean() > 0.5  # 0.1 by chance


def test_rows_without_a_label_count_for_neither_metric(digits):
    x, y = digits
    model = trained(digits, epochs=1)
    half = np.where(np.arange(400) % 2, y[:400], -1)
    some = model.evaluate(x[:400], half, verbose=0, return_dict=True)
    all_known = model.evaluate(x[1:400:2], y[1:400:2], verbose=0, return_dict=True)
    assert some == pytest.approx(all_known, rel=1e-4)


@pytest.mark.parametrize("centring", [False, True])
def test_it_saves_and_goes_on_exactly(centring, digits, tmp_path):
    x, y = digits
    model = trained(digits, epochs=1, centering=centring)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for one in (model, loaded):
        one.fit(x[:300], y[:300], shuffle=False, verbose=0)
    kinds.assert_equal_state(model, loaded)
    np.testing.assert_array_equal(np.array(model.sampler.chains), np.array(loaded.sampler.chains))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, y: ClassificationRBM(5, 10, generative=-1), "weights of at least 0"),
        (lambda x, y: ClassificationRBM(5, 10, dropout=1.0), "dropout from 0 to below 1"),
        (lambda x, y: ClassificationRBM(6, 10, hidden=Softmax(3), dropout=0.5), "single hidden"),
        (lambda x, y: ClassificationRBM(5, 1), "at least 2 categories"),
        (
            lambda x, y: ClassificationRBM(5, 10).compile("sgd", loss="mse"),
            "ClassificationRBM has an objective of its own.*Received: loss",
        ),
        (lambda x, y: compiled().fit(x, y + 5, verbose=0), "labels from 0 to 9.*max=14"),
        (lambda x, y: compiled().fit(x * 9, y, verbose=0), r"values in \[0, 1\]"),
        (lambda x, y: compiled().fit(x, verbose=0), "needs labels"),
        (lambda x, y: compiled().fit(x, np.full((1000, 10), 0.1), verbose=0), "or one-hot labels"),
        (lambda x, y: compiled().fit(x, np.eye(11)[y], verbose=0), r"Received: shape \(1000, 11\)"),
        (lambda x, y: compiled().fit(x, y.astype(str), verbose=0), "labels that are numbers"),
    ],
)
def test_bad_input_is_refused(digits, call, message):
    with pytest.raises(ValueError, match=message):
        call(*digits)


def test_one_hot_labels_are_as_good_as_numbers(digits):
    """A row of zeros among them has no label."""
    x, y = digits
    one_hot = np.eye(10)[y] * (np.arange(1000) % 3 > 0)[:, None]
    ends = []
    for labels in (np.where(np.arange(1000) % 3 > 0, y, -1), one_hot):
        model = ClassificationRBM(5, 10, seed=1)
        model.compile(keras.optimizers.SGD(0.1))
        model.fit(x, labels, shuffle=False, verbose=0)
        ends.append(model)
    kinds.assert_equal_state(*ends)


ENTROPY = "sparse_categorical_crossentropy"


@pytest.mark.parametrize("metrics", [["accuracy", ENTROPY], {"y": ["accuracy", ENTROPY]}])
def test_metrics_of_a_user_see_numbers_and_labelled_rows_alone(metrics, digits):
    x, y = digits
    labelled = np.arange(1000) % 3 > 0
    found = []
    for labels in (np.where(labelled, y, -1), np.eye(10)[y] * labelled[:, None]):
        model = ClassificationRBM(5, 10, seed=1)
        model.compile(keras.optimizers.SGD(0.1), metrics=metrics)
        model.fit(x, labels, shuffle=False, verbose=0)
        found.append(model.evaluate(x, labels, verbose=0, return_dict=True))
    assert found[0] == found[1]
    p = model.predict(x, verbose=0)[labelled]
    assert found[0]["accuracy"] == pytest.approx((p.argmax(axis=1) == y[labelled]).mean())
    entropy = -np.log(p[np.arange(len(p)), y[labelled]]).mean()
    assert found[0][ENTROPY] == pytest.approx(entropy, rel=1e-5)


def compiled():
    model = ClassificationRBM(5, 10)
    model.compile()
    return model
