"""Virtual adversarial training against gradients by differences and the largest change nearby."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from kerasdeep.models import VirtualAdversarial
from kerasdeep.models.networks import virtual_adversarial
from tests.kinds import weights

EPSILON = 0.7


def make(width=3, seed=1, dropout=0.0, **arguments):
    inputs = keras.Input((width,))
    hidden = keras.layers.Dense(5, "tanh", kernel_initializer="random_normal")(inputs)
    hidden = keras.layers.Dropout(dropout)(hidden)
    outputs = keras.layers.Dense(4, "softmax")(hidden)
    model = VirtualAdversarial(inputs, outputs, seed=seed, **{"epsilon": EPSILON, **arguments})
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    model.compile(
        keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(6, 3)).astype("float32")


def divergence(model, x, moved):
    """KL divergence of each row, in float64."""
    w, b, v, c = (np.array(weight, float) for weight in model.trainable_weights)

    def log_p(rows):
        field = np.tanh(rows @ w + b) @ v + c
        return field - np.log(np.exp(field).sum(-1, keepdims=True))

    before, after = log_p(np.asarray(x, float)), log_p(np.asarray(x, float) + moved)
    return (np.exp(before) * (before - after)).sum(-1)


def of_length(length, rows):
    return length * rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def added(model, x, weight=None):
    """What is added to the loss of these rows, and in which directions it looked first."""
    model.seed_generator.state.assign(keras.random.SeedGenerator(5).state)
    direction = keras.random.normal(x.shape, seed=keras.random.SeedGenerator(5))
    return float(model._change_nearby(ops.convert_to_tensor(x), weight)), np.array(direction, float)


def test_it_adds_the_change_where_differences_say_that_it_is_steepest(x, close):
    model = make(dropout=0.5)
    value, direction = added(model, x)
    probe, step = of_length(EPSILON / 4, direction), 1e-5
    slopes = np.stack(
        [
            (divergence(model, x, probe + d) - divergence(model, x, probe - d)) / (2 * step)
            for d in step * np.eye(3)
        ],
        axis=-1,
    )
    changes = divergence(model, x, of_length(EPSILON, slopes))
    close("virtual adversarial, loss", value, changes.mean(), 1e-5)
    row_weights = np.array([0, 2, 1, 0, 0, 3.0], "float32")
    value, _ = added(model, x, row_weights)
    expected = (row_weights * changes).mean()
    close("virtual adversarial, weighted", value, expected, 1e-5)


def test_the_change_is_between_the_usual_and_the_largest_at_this_distance(x):
    """Of 2,000 directions: one step of the power method is on its way to the largest."""
    model = make(epsilon=0.05)
    value, _ = added(model, x)
    directions = of_length(0.05, np.random.default_rng(0).normal(size=(2000, 3)))
    changes = np.array([divergence(model, x, moved) for moved in directions])
    largest, usual = changes.max(axis=0).mean(), changes.mean()
    assert (usual + largest) / 2 < value <= 1.001 * largest


def test_one_update_is_that_of_both_terms(x, close):
    """The loss is the sum of both, and every weight learns from it."""
    y = np.arange(6) % 4
    model = make(weight=3.0)
    found = []
    original = model._change_nearby

    def watched(rows, sample_weight=None):
        found.append(original(rows, sample_weight))
        return found[-1]

    model._change_nearby = watched
    with tf.GradientTape() as tape:
        inputs = ops.convert_to_tensor(x)
        loss = model.compute_loss(inputs, y, model(inputs, training=True))
    gradients = tape.gradient(loss, model.trainable_weights)
    plain = -np.log(np.array(model(x))[np.arange(6), y]).mean()
    close("virtual adversarial, total", loss, plain + 3 * float(found[0]), 1e-5)
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)
    alone = make(weight=0.0)
    assert float(alone.compute_loss(inputs, y, alone(inputs))) == pytest.approx(plain, abs=1e-5)


def test_outside_of_fit_it_is_the_network(x):
    y = np.arange(6) % 4
    model = make(weight=3.0)
    twin = keras.Model(model.inputs, model.outputs)
    twin.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    np.testing.assert_array_equal(model.predict(x, verbose=0), twin.predict(x, verbose=0))
    assert model.evaluate(x, y, verbose=0) == twin.evaluate(x, y, verbose=0)


def test_training_makes_answers_alike(digits):
    x, y = digits
    smooth, plain = make(64, epsilon=1.0), make(64, epsilon=1.0, weight=0.0)
    changes = []
    for model in (smooth, plain):
        model.compile(
            keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        model.fit(x, y % 4, epochs=15, batch_size=50, verbose=0)
        changes.append(added(model, x)[0])
    assert changes[0] < changes[1] / 3


def test_it_resumes_exactly_from_a_file_and_can_be_copied(digits, tmp_path):
    x, y = digits[0][:300], digits[1][:300] % 4
    arguments = {"batch_size": 100, "shuffle": False, "verbose": 0}
    model = make(64, weight=2.0)
    model.fit(x, y, **arguments)
    model.save(tmp_path / "model.keras")
    model.fit(x, y, epochs=2, **arguments)
    keras.utils.set_random_seed(99)
    resumed = keras.models.load_model(tmp_path / "model.keras")
    assert (resumed.epsilon, resumed.weight) == (EPSILON, 2.0)
    resumed.fit(x, y, epochs=2, **arguments)
    for one, other in zip(weights(model), weights(resumed), strict=True):
        np.testing.assert_array_equal(one, other)
    copy = VirtualAdversarial.from_config(model.get_config())
    assert copy.get_config() == model.get_config()
    with pytest.raises(TypeError, match="epsilon"):
        keras.models.clone_model(model)  # rather than a copy with another one


def test_images_and_mixed_precision(digits):
    """Rows of any shape; an update as long as in float32."""
    x, y = digits[0][:100].reshape(-1, 8, 8, 1), digits[1][:100]
    moved = []
    for policy in (None, "mixed_bfloat16"):
        keras.utils.set_random_seed(0)
        inputs = keras.Input((8, 8, 1))
        values = keras.layers.Flatten()(keras.layers.Conv2D(3, 3, dtype=policy)(inputs))
        outputs = keras.layers.Dense(10, "softmax", dtype=policy)(values)
        model = VirtualAdversarial(inputs, outputs, epsilon=0.5, seed=0)
        before = np.array(model.trainable_weights[0])
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=100, verbose=0)
        moved.append(np.array(model.trainable_weights[0]) - before)
    np.testing.assert_allclose(*moved, atol=0.05 * np.abs(moved[0]).max())


def test_in_float16_too_there_is_a_direction_for_rows_of_which_it_is_sure(monkeypatch):
    """Of 200 rows, named with a probability of 0.98 on average."""
    lengths, measured = [], virtual_adversarial.of_length_1

    def noted(rows):
        lengths.append(np.linalg.norm(measured(rows), axis=1))
        return measured(rows)

    monkeypatch.setattr(virtual_adversarial, "of_length_1", noted)
    x = np.random.default_rng(0).random((200, 30)).astype("float32")
    inputs = keras.Input((30,))
    start = {"kernel_initializer": keras.initializers.RandomNormal(stddev=1.0, seed=0)}
    values = keras.layers.Dense(50, "tanh", dtype="mixed_float16", **start)(inputs)
    outputs = keras.layers.Dense(10, "softmax", dtype="float32", **start)(values)
    model = VirtualAdversarial(inputs, outputs, epsilon=1.0, seed=0)
    assert np.max(model(x), axis=1).mean() > 0.8
    model._change_nearby(x)
    np.testing.assert_allclose(lengths[-1], 1, atol=1e-3)


def test_rows_may_be_integers():
    model = make()
    rows = np.random.default_rng(0).integers(0, 5, (6, 3)).astype("uint8")
    assert np.isfinite(model.fit(rows, np.arange(6) % 4, verbose=0).history["loss"]).all()


def test_rows_of_which_it_is_sure_are_no_trouble():
    """Probabilities that are 1 in float32, and a gradient that is zero or next to it."""
    model = make()
    model.layers[-1].bias.assign([80.0, 0.0, 0.0, 0.0])
    x = np.ones((4, 3), "float32")
    history = model.fit(x, np.zeros(4), verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert all(np.isfinite(weight).all() for weight in weights(model))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epsilon": 0.0}, "epsilon above 0"),
        ({"weight": -1.0}, "weight of at least 0"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_it_says_what_it_expects(arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


def test_it_takes_one_input_and_classes():
    inputs = [keras.Input((3,)), keras.Input((3,))]
    outputs = keras.layers.Dense(2, "softmax")(keras.layers.Concatenate()(inputs))
    with pytest.raises(ValueError, match="one input"):
        VirtualAdversarial(inputs, outputs, epsilon=1.0)
    single = keras.layers.Dense(1, "sigmoid")(inputs[0])
    with pytest.raises(ValueError, match="at least two classes"):
        VirtualAdversarial(inputs[0], single, epsilon=1.0)
