"""Bagging: what each member sees, what they answer together, and that it is as any Keras model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasdeep
from kerasdeep.layers import Dropout, Vote
from kerasdeep.models import Bagging, ClassificationRBM
from tests.kinds import assert_equal_arrays, weights

RNG = np.random.default_rng(0)
X = RNG.random((60, 6)).astype("float32")
Y = (X.sum(axis=1) > 3).astype("int64") + (X[:, 0] > 0.5)


def classifier():
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, "tanh"),
            Dropout(0.3),
            keras.layers.Dense(3, "softmax"),
        ]
    )


def bagging(num_members=3, seed=7, **kwargs):
    model = Bagging(classifier(), num_members, seed=seed, **kwargs)
    model.compile(
        keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def fitted(model, **kwargs):
    arguments = {"batch_size": 10, "epochs": 2, "verbose": 0}
    model.fit(X, Y, **arguments | kwargs)
    return model


def test_members_learn_from_as_many_rows_drawn_with_replacement():
    """Counts are those of a multinomial: false alarms below 1e-6 for shares, 5 sigma."""
    model, n = bagging(), 20_000
    counts = [np.bincount(model.rows_of_member(number, n), minlength=n) for number in range(3)]
    for one in counts:
        assert one.sum() == n
        unseen = (one == 0).mean()
        assert abs(unseen - np.exp(-1)) < 5 * np.sqrt(np.exp(-1) * (1 - 2 / np.e) / n)
        assert abs(one.var() - 1) < 0.05
    assert not np.array_equal(counts[0], counts[1])
    assert abs(np.corrcoef(counts[0], counts[1])[0, 1]) < 5 / np.sqrt(n)
    np.testing.assert_array_equal(
        np.bincount(bagging().rows_of_member(1, n), minlength=n), counts[1]
    )
    np.testing.assert_array_equal(bagging(bootstrap=False).rows_of_member(1, 5), np.arange(5))


def test_a_step_of_a_member_is_the_gradient_of_its_rows():
    target = X @ np.arange(6, dtype="float32")
    weight = RNG.random(60).astype("float32")
    line = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, use_bias=False)])
    model = Bagging(line, 2, seed=3)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    before = [np.array(member.weights[0])[:, 0] for member in model.members]
    model.fit(X, target, batch_size=60, epochs=1, sample_weight=weight, verbose=0)
    for number, (start, member) in enumerate(zip(before, model.members, strict=True)):
        count = np.bincount(model.rows_of_member(number, 60), minlength=60)
        gradient = 2 * X.T @ (count * weight * (X @ start - target)) / 60
        np.testing.assert_allclose(member.weights[0][:, 0], start - 0.1 * gradient, rtol=1e-4)


def test_answers_are_the_mean_or_the_share_of_votes():
    for combination in ("mean", "vote"):
        model = bagging(combination=combination)
        answers = np.stack([member.predict(X, verbose=0) for member in model.members])
        expected = answers.mean(axis=0)
        if combination == "vote":
            votes = answers.argmax(axis=-1)
            expected = np.stack([(votes == k).mean(axis=0) for k in range(3)], axis=1)
        np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5, atol=1e-7)
    shares = Vote()([np.array([[0.2], [0.7]]), np.array([[0.6], [0.9]]), np.array([[0.5], [0.1]])])
    np.testing.assert_allclose(shares, [[1 / 3], [2 / 3]], rtol=1e-6)


def test_a_member_depends_on_the_seed_and_its_number_alone():
    keras.utils.set_random_seed(1)
    alone = fitted(bagging(num_members=2))
    keras.utils.set_random_seed(2)
    among_others = fitted(bagging(num_members=3))
    for number in range(2):
        one, other = (model.members[number] for model in (alone, among_others))
        assert_equal_arrays(weights(one), weights(other))
    configs = []
    for global_seed in (1, 1, 2):
        keras.utils.set_random_seed(global_seed)
        configs.append(Bagging(classifier(), 2).get_config()["seed"])
    assert configs[0] == configs[1] != configs[2]
    first, second = (weights(member) for member in alone.members)
    assert not np.array_equal(first[0], second[0])
    assert not np.array_equal(first[0], weights(fitted(bagging(seed=8)).members[0])[0])


def test_out_of_the_bag_answer_those_who_never_saw_a_row(tmp_path):
    model = fitted(bagging())
    answers = np.stack([member.predict(X, verbose=0) for member in model.members])
    found = model.predict_out_of_bag(X)
    right, there = 0, 0
    for row in range(60):
        unseen = [number for number in range(3) if row not in model.rows_of_member(number, 60)]
        if not unseen:
            assert np.isnan(found[row]).all()
            continue
        expected = answers[unseen, row].mean(axis=0)
        np.testing.assert_allclose(found[row], expected, rtol=1e-5)
        right, there = right + (expected.argmax() == Y[row]), there + 1
    measured = model.evaluate_out_of_bag(X, Y)
    assert measured["coverage"] == there / 60 < 1
    assert measured["accuracy"] == pytest.approx(right / there)
    with pytest.raises(ValueError, match="bootstrap=True"):
        bagging(bootstrap=False).predict_out_of_bag(X)
    model.save(tmp_path / "model.keras")
    for one in (model, keras.models.load_model(tmp_path / "model.keras")):
        with pytest.raises(ValueError, match="of the 60 rows of fit .* Received: 59 rows"):
            one.predict_out_of_bag(X[:59])


def test_validation_is_of_all_members_so_far():
    model = bagging()
    history = model.fit(
        X, Y, batch_size=10, epochs=2, validation_data=(X[:40], Y[:40]), verbose=0
    ).history
    assert history["member"] == [1, 1, 2, 2, 3, 3]
    assert len(history["loss"]) == 6
    found = model.evaluate(X[:40], Y[:40], verbose=0, return_dict=True)
    for name, value in found.items():
        assert history[f"val_{name}"][-1] == pytest.approx(value, rel=1e-5), name
    first = model.members[0].evaluate(X[:40], Y[:40], verbose=0, return_dict=True)
    assert history["val_loss"][1] == pytest.approx(first["loss"], rel=1e-5)


def test_a_share_of_the_rows_is_held_out():
    found = bagging(2).fit(X, Y, 10, 1, 0, validation_split=0.25)
    expected = bagging(2).fit(X[:45], Y[:45], 10, 1, 0, validation_data=(X[45:], Y[45:]))
    assert found.history == expected.history


class Stop(keras.callbacks.Callback):
    """Interrupts after an epoch, as Ctrl-C does."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_stopped_training_goes_on_to_the_same_end(after, tmp_path):
    def backup():
        return keras.callbacks.BackupAndRestore(tmp_path)

    whole, stopped, resumed = bagging(), bagging(), bagging()
    validation = X[:40], Y[:40]
    expected = whole.fit(X, Y, 10, 2, 0, validation_data=validation).history
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(X, Y, 10, 2, 0, [backup(), Stop(after)], validation_data=validation)
    found = resumed.fit(X, Y, 10, 2, 0, [backup()], validation_data=validation).history
    assert_equal_arrays(weights(whole), weights(resumed))
    for name, values in found.items():
        assert values == pytest.approx(expected[name][after + 1 :], rel=1e-6), name


def test_a_callback_stops_all_of_it():
    class Enough(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 2

    history = bagging().fit(X, Y, 10, 2, 0, [Enough()]).history
    assert history["member"] == [1, 1, 2]


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_it_is_saved_and_exported_as_any_model(policy, tmp_path):
    previous = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = fitted(bagging())
        answers = model.predict(X, verbose=0)
        assert answers.dtype == "float32"
        model.save(tmp_path / "bagging.keras")
        loaded = keras.models.load_model(tmp_path / "bagging.keras")
    finally:
        keras.config.set_dtype_policy(previous)
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), answers)
    for one, other in ((model, loaded), *zip(model.members, loaded.members, strict=True)):
        assert_equal_arrays(weights(one), weights(other))
    for one, other in zip(model.members, loaded.members, strict=True):
        assert_equal_arrays(one.optimizer.variables, other.optimizer.variables)
    assert_equal_arrays(weights(fitted(model)), weights(fitted(loaded)))
    served = tf.saved_model.load(kerasdeep.export(model, tmp_path / "served"))
    found = served.signatures["serving_default"](tf.constant(X))
    probabilities = model.predict(X, verbose=0)
    np.testing.assert_allclose(found["probabilities"], probabilities, atol=1e-6)
    np.testing.assert_array_equal(found["label"], probabilities.argmax(axis=1))


def test_members_may_bring_a_loss_of_their_own():
    machine = ClassificationRBM(5, num_classes=3)
    machine.build((None, 6))
    model = Bagging(machine, 2, seed=0)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], sampler="cd")
    before = model.evaluate(X, Y, verbose=0, return_dict=True)["loss"]
    assert fitted(model, epochs=20).evaluate(X, Y, verbose=0, return_dict=True)["loss"] < before


def test_a_model_may_have_several_inputs():
    left, right = keras.Input((3,)), keras.Input((3,))
    answers = keras.layers.Dense(3, "softmax")(keras.layers.Concatenate()([left, right]))
    model = Bagging(keras.Model([left, right], answers), 3, seed=7)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit([X[:, :3], X[:, 3:]], Y, batch_size=None, verbose=0)
    assert model.predict_out_of_bag([X[:, :3], X[:, 3:]]).shape == (60, 3)
    with pytest.raises(ValueError, match="Received: 2 rows"):
        model.predict_out_of_bag([X[:2, :3], X[:2, 3:]])


def two_outputs():
    inputs = keras.Input((6,))
    return keras.Model(inputs, [keras.layers.Dense(1)(inputs), keras.layers.Dense(1)(inputs)])


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda: Bagging(classifier(), 0), "num_members to be an integer, at least 1"),
        (lambda: Bagging(classifier(), 2.5), "Bagging expects .* Received: num_members=2.5"),
        (lambda: Bagging(classifier(), "3"), "Received: num_members='3'"),
        (lambda: Bagging(classifier(), 2, combination="best"), "mean, vote"),
        (lambda: Bagging(classifier(), 2, seed=-1), "at least 0"),
        (lambda: Bagging(classifier(), 2, bootstrap="no"), "True or False"),
        (lambda: Bagging(keras.Sequential([keras.layers.Dense(2)])), "keras.Input"),
        (lambda: Bagging(two_outputs()), "one output"),
        (lambda: bagging().fit(tf.data.Dataset.from_tensor_slices((X, Y))), "Pass arrays"),
        (lambda: bagging().fit(X, Y[:50]), "as many rows"),
        (lambda: bagging().fit(X, sample_weight=np.ones(60)), "Pass y"),
        (lambda: bagging().fit([X, X[:50]], Y), r"'x': \[60, 50\], 'y': \[60\]"),
        (lambda: bagging().fit(X, Y, validation_split=1.0), "from 0 to below 1"),
        (lambda: bagging().fit(X, Y, validation_data=X), "as \\(x, y\\) or .* Received: ndarray"),
        (lambda: Bagging(classifier(), 2).evaluate_out_of_bag(X, Y), "Call compile first"),
        (lambda: bagging().train_on_batch(X, Y), "Use fit"),
    ],
)
def test_what_it_cannot_do_is_refused(act, reason):
    with pytest.raises(ValueError, match=reason):
        act()
