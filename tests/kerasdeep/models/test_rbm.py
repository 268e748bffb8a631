"""The RBM as a Keras model and as a layer; defects of other libraries made impossible."""

import keras
import numpy as np
import pytest

from kerasdeep.likelihood import pseudo_log_likelihood
from kerasdeep.models import RBM, BoltzmannMachine, ClassificationRBM, ConvolutionalRBM
from kerasdeep.models.deep.unroll import to_dense
from kerasdeep.samplers import ContrastiveDivergence, PersistentContrastiveDivergence
from kerasdeep.units import Gaussian
from tests.small import ExactSampler, make_rbm, parameters, values


def test_attributes_have_the_documented_shapes(digits):
    rbm = RBM(20)
    rbm.build((None, 64))
    assert rbm.kernel.shape == (64, 20)
    assert rbm.visible_bias.shape == (64,)
    assert rbm.hidden_bias.shape == (20,)
    assert rbm.compute_output_shape((3, 64)) == rbm(digits[0][:3]).shape == (3, 20)


def test_prediction_is_the_hidden_mean_of_the_data_not_of_a_chain(digits):
    """yell's transform returned the hidden means after the Gibbs chain."""
    x = digits[0]
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1), ContrastiveDivergence(5))
    rbm.fit(x, verbose=0)
    field = x @ np.array(rbm.kernel) + np.array(rbm.hidden_bias)
    expected = 1 / (1 + np.exp(-field))
    np.testing.assert_allclose(rbm.predict(x, verbose=0), expected, atol=1e-5)
    np.testing.assert_array_equal(rbm.predict(x, verbose=0), rbm.predict(x, verbose=0))


def test_visible_bias_starts_at_the_base_rates_of_the_training_rows(digits):
    x = digits[0]
    rbm = RBM(20)
    rbm.compile(keras.optimizers.SGD(0.0))
    rbm.fit(x, validation_split=0.5, verbose=0)
    rate = np.clip(x[:500].mean(axis=0), 1e-4, 1 - 1e-4)
    np.testing.assert_allclose(rbm.visible_bias, np.log(rate / (1 - rate)), atol=1e-4)
    np.testing.assert_allclose(rbm.visible_offset, x[:500].mean(axis=0), atol=0.01)


def test_a_step_moves_the_offsets_by_a_hundredth_of_their_distance_from_the_means():
    """Of the batch, whose rows have weights."""
    oracle = parameters("bernoulli", "bernoulli")
    rbm = make_rbm(oracle)
    v, weight = values("bernoulli", 6, 2), np.linspace(0.2, 2, 6).astype("float32")
    expected = [
        (offset, 0.99 * np.array(offset) + 0.01 * np.average(values, axis=0, weights=weight))
        for offset, values in ((rbm.visible_offset, v), (rbm.hidden_offset, rbm.hidden_mean(v)))
    ]
    rbm.compile(keras.optimizers.SGD(0.1), ExactSampler())
    rbm.train_on_batch(v, sample_weight=weight)
    for offset, value in expected:
        np.testing.assert_allclose(offset, value, atol=1e-6)


def test_biases_that_somebody_set_are_kept(digits):
    rbm = RBM(20)
    rbm.build((None, 64))
    rbm.visible_bias.assign(np.full(64, 0.5))
    rbm.compile(keras.optimizers.SGD(0.0))
    rbm.fit(digits[0], verbose=0)
    np.testing.assert_array_equal(rbm.visible_bias, np.full(64, 0.5, "float32"))


def test_momentum_is_not_scaled_by_the_learning_rate():
    """yell scaled momentum by the rate, so that it hardly acted: here the second of two equal
    updates must be 1 + momentum times the first."""
    oracle = parameters("bernoulli", "bernoulli")
    rbm = make_rbm(oracle, centering=False)
    rate = 1e-4  # so small that the gradient stays the same
    rbm.compile(keras.optimizers.SGD(rate, momentum=0.9), ExactSampler())
    v = values("bernoulli", 6, 2)
    path = [np.array(rbm.kernel)]
    for _ in range(2):
        rbm.train_on_batch(v)
        path.append(np.array(rbm.kernel))
    np.testing.assert_allclose((path[2] - path[1]) / (path[1] - path[0]), 1.9, rtol=0.05)


def test_updates_are_proportional_to_the_learning_rate_and_the_gradient():
    """rbms normalized every gradient to unit length in silence; others never applied it."""
    oracle = parameters("bernoulli", "bernoulli")
    v = values("bernoulli", 6, 2)
    changes = []
    for rate in (0.01, 0.02):
        rbm = make_rbm(oracle)
        rbm.compile(keras.optimizers.SGD(rate), ExactSampler())
        rbm.train_on_batch(v)
        changes.append(np.array(rbm.kernel) - oracle["kernel"])
    np.testing.assert_allclose(changes[1], 2 * changes[0], atol=1e-6)
    assert np.abs(changes[0]).max() > 1e-4


def test_the_learning_rate_can_be_changed_later(digits):
    """Fixed for good in learnergy; here a callback, a schedule or an assignment changes it."""
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1))
    rbm.fit(digits[0], verbose=0)
    rbm.optimizer.learning_rate = 0.0
    before = np.array(rbm.kernel)
    rbm.fit(digits[0], verbose=0)
    np.testing.assert_array_equal(rbm.kernel, before)
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.05 * epoch)
    rbm.fit(digits[0], epochs=2, verbose=0, callbacks=[schedule])
    assert np.abs(np.array(rbm.kernel) - before).max() > 0
    rbm.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)))
    rbm.fit(digits[0], verbose=0)


def test_weight_decay_leaves_the_biases_alone(digits):
    """learnergy decays them: here a step with decay differs from one without in the kernel only."""
    runs = {}
    for decay in (None, 0.5):
        rbm = RBM(20, seed=1)
        rbm.build((None, 64))
        for bias in (rbm.visible_bias, rbm.hidden_bias):
            bias.assign(np.ones(bias.shape))
        start = np.array(rbm.kernel)
        rbm.compile(keras.optimizers.SGD(0.1, weight_decay=decay))
        rbm.train_on_batch(digits[0][:10])
        runs[decay] = [np.array(weight) for weight in rbm.trainable_weights]
    np.testing.assert_allclose(runs[0.5][0] - runs[None][0], -0.05 * start, atol=1e-6)
    np.testing.assert_array_equal(runs[0.5][1], runs[None][1])
    np.testing.assert_array_equal(runs[0.5][2], runs[None][2])


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: RBM(5, visible=Gaussian(0.5, learned=True), seed=1), (9,)),
        (lambda: ClassificationRBM(5, 3, seed=1), (9,)),
        (lambda: ConvolutionalRBM(2, 2, seed=1), (3, 3, 1)),
        (lambda: BoltzmannMachine(2, seed=1), (9,)),
    ],
    ids=["learned-variance", "classification", "convolutional", "boltzmann"],
)
def test_weight_decay_acts_on_kernels_alone_in_every_model(make, shape):
    x = np.random.default_rng(0).integers(0, 2, (10, *shape)).astype("float32")
    runs = {}
    for decay in (None, 0.5):
        model = make()
        model.compile(keras.optimizers.SGD(0.1, weight_decay=decay))
        model.build((None, *shape))
        for weight in model.trainable_weights:
            if weight.name != "kernel":
                weight.assign(np.full(weight.shape, 0.5))
        model.train_on_batch(x, np.arange(10) % 3)
        runs[decay] = {weight.name: np.array(weight) for weight in model.trainable_weights}
    for name, decayed in runs[0.5].items():
        assert (np.abs(decayed - runs[None][name]).max() > 1e-5) == (name == "kernel"), name


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", keras.optimizers.SGD(0.1, clipnorm=0.1)])
def test_any_optimizer_trains(optimizer, digits):
    rbm = RBM(20, seed=1)
    rbm.compile(optimizer, "pcd")
    history = rbm.fit(digits[0], batch_size=20, epochs=5, verbose=0).history
    assert history["reconstruction_error"][-1] < history["reconstruction_error"][0]


def test_random_numbers_are_drawn_anew_in_every_step(digits):
    """A noise that is drawn when the graph is built makes thresholds of it (recommenders)."""
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.0), PersistentContrastiveDivergence(num_chains=5))
    states = []
    for _ in range(3):
        rbm.fit(digits[0][:10], batch_size=10, verbose=0)
        states.append(np.array(rbm.sampler.chains))
    assert not np.array_equal(states[0], states[1])
    assert not np.array_equal(states[1], states[2])


def test_a_seed_makes_training_repeatable(digits):
    kernels = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        rbm = RBM(20, seed=3)
        rbm.compile(keras.optimizers.SGD(0.1), "cd")
        rbm.fit(digits[0], verbose=0)
        kernels.append(np.array(rbm.kernel))
    np.testing.assert_array_equal(*kernels)


def test_free_energy_gap_is_that_of_the_weights_at_the_end_of_the_epoch(digits):
    x = digits[0]
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1))
    history = rbm.fit(x[:600], epochs=2, validation_data=x[600:], verbose=0).history
    expected = np.mean(rbm.free_energy(x[600:])) - np.mean(rbm.free_energy(x[:600]))
    assert len(history["free_energy_gap"]) == 2
    assert history["free_energy_gap"][-1] == pytest.approx(expected, abs=1e-3)


def test_the_reported_pseudo_likelihood_is_the_full_one_where_every_unit_is_visited(digits):
    """64 times each of 15 rows: each of the 64 units is looked at once in every row."""
    x = np.repeat((digits[0][:15] > 0.5).astype("float32"), 64, axis=0)
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1))
    rbm.fit(x, verbose=0)
    reported = rbm.evaluate(x, verbose=0, return_dict=True)["pseudo_log_likelihood"]
    assert reported == pytest.approx(np.mean(pseudo_log_likelihood(rbm, x[::64])), rel=1e-5)


def test_fine_tunes_as_a_layer_of_another_model(digits, tmp_path):
    """Pretraining that never reached the classifier; fine-tuning that collapsed to chance."""
    x, y = digits
    rbm = RBM(64, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    rbm.fit(x, batch_size=20, epochs=5, verbose=0)
    pretrained = np.array(rbm.kernel)

    inputs = keras.Input((64,))
    outputs = keras.layers.Dense(10, "softmax")(rbm(inputs))
    functional = keras.Model(inputs, outputs)
    sequential = keras.Sequential([keras.Input((64,)), rbm, keras.layers.Dense(10, "softmax")])
    for model in (functional, sequential):
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=20, epochs=10, verbose=0)
        assert model.evaluate(x, y, verbose=0)[1] > 0.85
    assert np.abs(np.array(rbm.kernel) - pretrained).max() > 1e-3

    sequential.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), sequential.predict(x, verbose=0))


def test_dense_layers_compute_both_directions(digits):
    x = digits[0][:5]
    rbm = RBM(20, visible=Gaussian(stddev=0.3), seed=1)
    rbm.build((None, 64))
    up, down = to_dense(rbm), to_dense(rbm, reverse=True)
    np.testing.assert_allclose(up(x), rbm.hidden_mean(x), atol=1e-6)
    np.testing.assert_allclose(down(rbm.hidden_mean(x)), rbm.reconstruct(x), atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"num_hidden": 0}, "at least 1. Received: num_hidden=0"),
        ({"num_hidden": 2.5}, "Received: num_hidden=2.5"),
        ({"num_hidden": 5, "visible": "binary"}, "Received: 'binary'"),
        ({"num_hidden": 5, "dtype": "float64"}, "mixed_bfloat16"),
    ],
)
def test_bad_arguments_are_refused(arguments, reason):
    with pytest.raises(ValueError, match=reason):
        RBM(**arguments)


def test_counts_may_be_of_any_integer_type():
    assert RBM(np.int64(5)).num_hidden == 5


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda rbm, x: rbm.sample(), "no weights yet. Call fit"),
        (lambda rbm, x: rbm.sample(num_samples=0), "num_samples to be an integer, at least 1"),
        (lambda rbm, x: rbm.sample(steps=-1), "steps to be an integer, at least 1"),
        (lambda rbm, x: setattr(rbm, "trainable", False) or rbm.fit(x), "RBM is frozen"),
        (lambda rbm, x: RBM(5, visible=Gaussian([1, 2, 3])).build((None, 64)), "64 units"),
        (
            lambda rbm, x: RBM(5, hidden=Gaussian([1, 2, 3])).build((None, 64)),
            "Received: 3 numbers",
        ),
    ],
)
def test_calls_that_make_no_sense_are_refused(action, reason, digits):
    rbm = RBM(5)
    rbm.compile()
    with pytest.raises(ValueError, match=reason):
        action(rbm, digits[0])


def test_bad_values_are_found_under_xla_too(digits):
    rbm = RBM(5)
    rbm.compile(jit_compile=True)
    with pytest.raises(ValueError, match="max=9"):
        rbm.evaluate(9 * digits[0], verbose=0)


def test_a_loss_of_ones_own_is_refused_with_advice():
    with pytest.raises(ValueError, match="as a layer of a keras.Sequential"):
        RBM(5).compile("sgd", loss="mse")


@pytest.mark.parametrize("bad", [-0.1, 1.1, 255])
def test_values_outside_the_unit_interval_are_refused(bad, digits):
    x = digits[0].copy()
    x[5, 5] = bad
    rbm = RBM(5)
    rbm.compile()
    with pytest.raises(ValueError, match=r"values in \[0, 1\] for bernoulli.*visible='gaussian'"):
        rbm.fit(x, verbose=0)
    gaussian = RBM(5, visible="gaussian")
    gaussian.compile(keras.optimizers.SGD(1e-6))
    gaussian.fit(x, verbose=0)
