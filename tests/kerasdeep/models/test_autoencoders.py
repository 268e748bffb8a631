"""Autoencoders against closed forms, finite differences and principal components."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit, logsumexp
from scipy.stats import multivariate_normal
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode

from kerasdeep.layers import GaussianNoise, MaskingNoise, SaltAndPepperNoise, SparseCoding
from kerasdeep.layers.sparse_coding import eigenvalue_bound
from kerasdeep.likelihood import importance_log_likelihood
from kerasdeep.models import (
    DBN,
    RBM,
    Autoencoder,
    StackedAutoencoder,
    VariationalAutoencoder,
)
from kerasdeep.penalties import AbsoluteCode, Contraction, SparseCode
from kerasdeep.penalties.contraction import SLOPES
from kerasdeep.units import Gaussian

Dense = keras.layers.Dense
RNG = np.random.default_rng(0)
ROWS = RNG.random((40, 6)).astype("float32")


def trained(model, rows=ROWS, rate=0.05, **arguments):
    model.compile(keras.optimizers.Adam(rate))
    model.fit(rows, **{"batch_size": len(rows), "verbose": 0, **arguments})
    return model


@pytest.mark.parametrize("activation", SLOPES)
def test_the_contractive_penalty_is_the_norm_of_the_jacobian(activation, close):
    encoder = Dense(4, activation)
    code = encoder(ROWS)
    with tf.GradientTape() as tape:
        x = tf.constant(ROWS)
        tape.watch(x)
        h = encoder(x)
    jacobian = tape.batch_jacobian(h, x)
    expected = 0.3 * np.square(jacobian).sum(axis=(1, 2))
    found = Contraction(0.3)(encoder, code, np.full(40, 1 / 40, "float32"))
    close("contractive penalty", found, expected, 1e-6)


def test_the_penalty_on_activity_is_the_divergence_from_the_target_to_the_mean(close):
    code = RNG.uniform(0.1, 0.9, (40, 4)).astype("float32")
    weight = RNG.random(40).astype("float32")
    share = weight / len(weight)
    means = (weight[:, None] * code).sum(axis=0) / weight.sum()
    expected = 2 * (0.2 * np.log(0.2 / means) + 0.8 * np.log(0.8 / (1 - means))).sum()
    found = SparseCode(0.2, cost=2.0)(None, code, share)
    close("divergence", found, np.full(40, expected), 1e-5)
    same = np.full((40, 4), 0.2, "float32")
    close("divergence of equals", SparseCode(0.2)(None, same, share), np.zeros(40), 1e-6)


def loss_of(parts, weight, gaussian, squared, target):
    """The loss of a tied autoencoder with a contractive penalty of 0.2, by NumPy."""
    kernel, up, down = (part.astype(float) for part in parts)
    code = expit(ROWS @ kernel + up)
    field = code @ kernel.T + down
    mean = field if gaussian else expit(field)
    losses = np.square(target - mean).sum(axis=1)
    if not squared and gaussian:
        losses = losses / (2 * 0.5**2)
    elif not squared:
        losses = (np.logaddexp(0, field) - target * field).sum(axis=1)
    penalties = 0.2 * np.square(code * (1 - code)) @ np.square(kernel).sum(axis=0)
    return (weight * (losses + penalties)).mean()


@pytest.mark.parametrize("gaussian", [False, True])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("target", [None, ROWS[::-1]])
def test_updates_follow_finite_differences_of_the_loss(gaussian, squared, target, close):
    model = Autoencoder(
        Dense(3, "sigmoid"),
        visible=Gaussian(0.5) if gaussian else "bernoulli",
        penalty=Contraction(0.2),
        loss="squared_error" if squared else "likelihood",
    )
    model.compile(keras.optimizers.SGD(1.0))
    model.initialize_from(ROWS)
    weight = RNG.random(40).astype("float32")
    before = [np.array(variable) for variable in model.trainable_variables]
    model.fit(ROWS, target, sample_weight=weight, batch_size=40, verbose=0)
    target = ROWS if target is None else target
    for number, start in enumerate(before):
        slope = np.zeros(start.shape)
        for place in np.ndindex(*start.shape):
            ends = []
            for step in (1e-4, -1e-4):
                moved = [part.astype(float) for part in before]
                moved[number][place] += step
                ends.append(loss_of(moved, weight, gaussian, squared, target))
            slope[place] = (ends[0] - ends[1]) / 2e-4
        found = start - np.array(model.trainable_variables[number])
        close("gradient of an autoencoder", found, slope, 1e-5)


def test_a_linear_autoencoder_finds_the_subspace_of_principal_components(close):
    spread = np.diag([3.0, 2.0, 0.5, 0.4, 0.3]) @ np.linalg.qr(RNG.normal(size=(5, 5)))[0]
    rows = (RNG.normal(size=(500, 5)) @ spread).astype("float32")
    rows -= rows.mean(axis=0)
    model = Autoencoder(Dense(2, use_bias=False), Dense(5), "gaussian", loss="squared_error")
    rate = keras.optimizers.schedules.CosineDecay(0.05, 600)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(rows, batch_size=500, epochs=600, verbose=0)
    components = np.linalg.svd(rows, full_matrices=False)[2][:2]
    found = np.linalg.qr(np.array(model.decoder.kernel).T)[0]
    close("projection", found @ found.T, components.T @ components, 2e-2)
    lost = np.square(rows - rows @ components.T @ components).sum(axis=1).mean()
    assert model.evaluate(rows, verbose=0)[0] == pytest.approx(lost, rel=1e-3)


def linear_gaussian(num_visible=4, stddev=0.5):
    """A VAE with a linear decoder of orthogonal columns, its encoder the exact posterior."""
    directions = np.linalg.qr(RNG.normal(size=(num_visible, 2)))[0] * [1.5, 0.7]
    offset = RNG.normal(size=num_visible)
    encoder, decoder = Dense(4), Dense(num_visible)
    model = VariationalAutoencoder(encoder, decoder, Gaussian(stddev), seed=1)
    model.build((None, num_visible))
    variance = 1 / (1 + np.square(directions).sum(axis=0) / stddev**2)
    up = directions * variance / stddev**2
    encoder.kernel.assign(np.concatenate([up, np.zeros_like(up)], axis=1))
    encoder.bias.assign(np.concatenate([-offset @ up, np.log(variance)]))
    decoder.kernel.assign(directions.T)
    decoder.bias.assign(offset)
    covariance = directions @ directions.T + stddev**2 * np.eye(num_visible)
    return model, multivariate_normal(offset, covariance)


def over_draws(ask, rows, number):
    """What a question is answered with, by that many draws of each row."""
    return np.array(ask(np.tile(rows, (number, 1)))).reshape(number, len(rows))


def test_the_bound_of_a_linear_gaussian_model_is_its_exact_likelihood(close):
    """With the exact posterior the bound is tight, and every draw has the same weight."""
    model, exact = linear_gaussian()
    rows = RNG.normal(size=(20, 4)).astype("float32")
    draws = over_draws(model.free_energy, rows, 400).mean(axis=0)
    # The standard deviation of a draw is below 2 nats: six standard errors of 400 draws.
    close("bound", -draws, exact.logpdf(rows), 0.6)
    close("mean bound", -draws.mean(), exact.logpdf(rows).mean(), 0.15)
    close("weight of a draw", model.log_weight(rows), exact.logpdf(rows), 1e-4)
    model.compile()
    many = np.tile(rows, (400, 1))
    found = model.evaluate(many, batch_size=8000, verbose=0, return_dict=True)
    assert found["lower_bound"] == pytest.approx(exact.logpdf(rows).mean(), abs=0.15)


def test_a_wrong_posterior_loosens_the_bound_by_its_divergence(close):
    model, exact = linear_gaussian()
    rows = RNG.normal(size=(20, 4)).astype("float32")
    model.encoder.bias.assign_add([0.4, 0.0, 0.0, 0.0])
    _, log_variance = model.posterior(rows)
    slack = 0.4**2 / 2 / np.exp(np.array(log_variance)[:, 0])
    draws = over_draws(model.free_energy, rows, 4000)
    close("slack", draws.mean(axis=0) + exact.logpdf(rows), slack, 0.2)
    likelihood = importance_log_likelihood(model, np.tile(rows, (50, 1)), 80).reshape(50, 20)
    likelihood = logsumexp(likelihood, axis=0) - np.log(50)
    close("importance weights", likelihood.mean(), exact.logpdf(rows).mean(), 0.02)


def test_what_a_variational_autoencoder_draws_has_the_moments_of_the_model():
    model, exact = linear_gaussian()
    drawn = np.array(model.sample(20_000))
    np.testing.assert_allclose(drawn.mean(axis=0), exact.mean, atol=0.08)
    np.testing.assert_allclose(np.cov(drawn.T), exact.cov, atol=0.12)
    model.seed_chains(3)
    first = np.array(model.sample(3))
    model.seed_chains(3)
    np.testing.assert_array_equal(first, model.sample(3))


@pytest.mark.parametrize(
    ("noise", "kept", "mean"),
    [
        (MaskingNoise(0.3, seed=1), 0.7, 0.7 * 0.5),
        (SaltAndPepperNoise(0.3, seed=1), 0.7, 0.7 * 0.5 + 0.3 * 0.5),
        (GaussianNoise(0.3, seed=1), 0.0, 0.5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_noise_has_the_stated_rate_and_is_absent_from_inference(noise, kept, mean):
    rows = np.full((400, 100), 0.5, "float32")
    noisy = np.array(noise(rows, training=True))
    # 40,000 numbers: five standard errors of a share are 0.0115.
    assert (noisy == rows).mean() == pytest.approx(kept, abs=0.0115)
    assert noisy.mean() == pytest.approx(mean, abs=0.0115)
    if kept:
        assert set(np.unique(noisy)) <= {0.0, 0.5, 1.0}
    else:
        assert noisy.std() == pytest.approx(0.3, abs=0.01)
    assert not np.array_equal(noisy, noise(rows, training=True))
    np.testing.assert_array_equal(noise(rows), rows)


@pytest.mark.parametrize("kind", [Autoencoder, VariationalAutoencoder])
def test_what_is_made_of_rows_is_measured_beside_their_targets(kind, close):
    """Labels are not targets; rows as their own targets change nothing."""
    model = kind(Dense(4), Dense(6))
    model.compile("sgd", metrics=["mae"])
    model.initialize_from(ROWS)

    def measured(*data):
        return model.evaluate(*data, batch_size=40, verbose=0, return_dict=True)

    alone, found = measured(ROWS), measured(ROWS, ROWS[::-1])
    for target in (ROWS, np.arange(40), np.arange(40)[:, None]):
        assert measured(ROWS, target) == alone
    made = np.array(model.reconstruct(ROWS))
    close("mean distance from targets", found["mae"], np.abs(ROWS[::-1] - made).mean(), 1e-6)
    if kind is Autoencoder:
        expected = np.square(ROWS[::-1] - made).sum(axis=1).mean()
        close("error", found["reconstruction_error"], expected, 1e-5)
    else:
        assert found["lower_bound"] != alone["lower_bound"]
        assert found["divergence"] == alone["divergence"]
    with pytest.raises(ValueError, match=r"expects targets of shape \(batch, 6\)"):
        model.fit(ROWS, ROWS[:, :5], verbose=0)
    with pytest.raises(ValueError, match=r"expects values in \[0, 1\]"):
        model.fit(ROWS, ROWS * 255, verbose=0)


def test_corruption_spoils_what_is_seen_in_training_alone():
    seen = []

    class Watching(keras.layers.Dense):
        def call(self, inputs, training=None):
            seen.append((training, inputs))
            return super().call(inputs)

    model = Autoencoder(Watching(3, "sigmoid"), Dense(6), corruption=MaskingNoise(0.5, seed=1))
    model.compile("sgd", run_eagerly=True)
    model.fit(ROWS, batch_size=40, shuffle=False, verbose=0)
    spoilt = [np.array(inputs) for training, inputs in seen if training and len(inputs) == 40]
    assert (spoilt[-1] == 0).mean() == pytest.approx(0.5, abs=0.15)
    seen.clear()
    for ask in (model.predict, model.evaluate):
        ask(ROWS, batch_size=40, verbose=0)
    model.reconstruct(ROWS)
    assert len(seen) == 3
    for training, inputs in seen:
        assert not training
        np.testing.assert_array_equal(inputs, ROWS)


def test_tied_weights_are_one_variable_that_both_layers_change():
    encoder = keras.Sequential([Dense(5, "sigmoid"), Dense(2)])
    model = trained(Autoencoder(encoder))
    lower, upper = encoder.layers
    code = np.array(model.encode(ROWS))
    hidden = expit(code @ np.array(upper.kernel).T + model.decoder.layers[0].bias)
    field = hidden @ np.array(lower.kernel).T + model.decoder.layers[1].bias
    np.testing.assert_allclose(model.decode(code), expit(field), atol=1e-5)
    assert len(model.trainable_variables) == 6


def test_what_layers_add_counts_once_though_weights_are_tied():
    """An activity regularizer is part of the loss; a weight's acts as in any Keras layer."""
    plain = {"kernel_initializer": "ones"}
    added = {"activity_regularizer": keras.regularizers.L1(0.01), **plain}
    for options, penalized in ((plain, False), (added, True)):
        model = Autoencoder(Dense(3, "sigmoid", kernel_regularizer="l2", **options))
        model.compile("sgd")
        model.initialize_from(ROWS)
        found = model.evaluate(ROWS, batch_size=40, verbose=0, return_dict=True)
        assert bool(found["penalty"]) is penalized
    expected = 0.01 * np.array(model.encode(ROWS)).sum(axis=1).mean()
    assert found["penalty"] == pytest.approx(expected, rel=1e-5)


def test_the_last_biases_start_where_each_unit_has_its_mean(close):
    for visible, rows in (("bernoulli", ROWS), ("gaussian", ROWS * 3 - 1)):
        model = Autoencoder(Dense(2, kernel_initializer="zeros"), visible=visible)
        model.initialize_from(rows)
        close("start", model.reconstruct(rows)[0], rows.mean(axis=0), 1e-4)


def test_the_last_biases_start_from_the_rows_that_are_to_be_made(close):
    targets = 0.2 + 0.1 * ROWS[::-1]
    pairs = tf.data.Dataset.from_tensor_slices((ROWS, targets)).batch(20)
    for arguments in (
        {"x": ROWS, "y": targets, "batch_size": 20},
        {"x": np.tile(ROWS, (2, 1)), "y": np.r_[targets, 3 * targets], "validation_split": 0.5},
        {"x": pairs},
        {"x": ((ROWS, targets) for _ in range(2)), "steps_per_epoch": 1},
    ):
        model = Autoencoder(Dense(2, kernel_initializer="zeros"))
        model.compile(keras.optimizers.SGD(0.0))
        model.fit(**arguments, verbose=0)
        close("start", model.reconstruct(ROWS)[0], targets.mean(axis=0), 1e-4)
    model = Autoencoder(Dense(2, kernel_initializer="zeros"))
    model.initialize_from(ROWS, targets)
    close("start", model.reconstruct(ROWS)[0], targets.mean(axis=0), 1e-4)
    with pytest.raises(ValueError, match="makes the rows it reads. Received: targets"):
        RBM(4).initialize_from(ROWS, targets)


def test_a_stack_is_unrolled_into_a_classifier_and_an_autoencoder(close):
    stack = trained(StackedAutoencoder([5, 3]), epochs=3)
    classifier, unrolled = stack.to_classifier(2), Autoencoder.unrolled(stack)
    encoder = keras.Model(classifier.inputs, classifier.get_layer("encoder_2").output)
    close("codes", encoder.predict(ROWS, verbose=0), stack.predict(ROWS, verbose=0), 1e-6)
    close("unrolled", unrolled.reconstruct(ROWS), stack.reconstruct(ROWS), 1e-6)
    close("plain", stack.to_autoencoder().predict(ROWS, verbose=0), stack.reconstruct(ROWS), 1e-6)


def test_a_deep_belief_network_is_unrolled_with_its_codes(close):
    dbn = DBN([5, RBM(2, hidden="gaussian", name="top")], seed=1)
    dbn.compile(keras.optimizers.SGD(0.01))
    dbn.fit(ROWS, verbose=0)
    model = Autoencoder.unrolled(dbn)
    close("codes", model.encode(ROWS), dbn.predict(ROWS, verbose=0), 1e-6)
    close("again", model.reconstruct(ROWS), dbn.reconstruct(ROWS), 1e-6)


def test_layers_of_a_stack_learn_from_codes_that_are_not_spoilt():
    """The upper layer trains as it does alone on the codes of the lower one."""

    def layer(size):
        start = keras.initializers.GlorotUniform(seed=size)
        dense = Dense(size, "sigmoid", kernel_initializer=start)
        return Autoencoder(dense, corruption=MaskingNoise(0.3, seed=size))

    stack = StackedAutoencoder([layer(5), layer(3)])
    stack.compile(keras.optimizers.SGD(0.1))
    stack.fit(ROWS, batch_size=10, shuffle=False, epochs=[2, 2], verbose=0)
    alone = layer(3)
    alone.compile(keras.optimizers.SGD(0.1))
    codes = np.array(stack.autoencoders[0].encode(ROWS))
    alone.fit(codes, batch_size=10, shuffle=False, epochs=2, verbose=0)
    np.testing.assert_allclose(alone.encoder.kernel, stack.stack[1].encoder.kernel, atol=1e-5)


def test_arguments_that_do_not_fit_are_refused():
    for make, reason in (
        (lambda: Autoencoder(Dense(3), loss="mse"), "expects a loss: likelihood"),
        (lambda: Autoencoder(keras.layers.Conv2D(3, 3)), "Pass a decoder"),
        (lambda: Autoencoder(Dense(3), penalty="l1"), "CodePenalty"),
        (lambda: MaskingNoise(1.0), "from 0 to below 1"),
        (lambda: GaussianNoise(-1.0), "at least 0"),
        (lambda: SparseCode(1.0), "between 0 and 1"),
        (lambda: Contraction(-1.0), "at least 0"),
        (lambda: StackedAutoencoder([]), "at least one layer"),
        (lambda: StackedAutoencoder([RBM(3)]), "Received: rbm"),
        (lambda: StackedAutoencoder([VariationalAutoencoder(Dense(6), Dense(5))]), "Variational"),
        (lambda: Autoencoder(500), "expects encoder to be a Keras layer"),
        (lambda: Autoencoder(Dense(3), 6), "expects decoder to be a Keras layer"),
        (lambda: Autoencoder(Dense(3), corruption=0.25), "expects corruption to be a Keras layer"),
        (
            lambda: Autoencoder(
                SparseCoding(8, 0.1), Dense(6), "gaussian", penalty=AbsoluteCode(0.1)
            ),
            "expects no decoder",
        ),
    ):
        with pytest.raises(ValueError, match=reason):
            make()
    for model, reason in (
        (Autoencoder(Dense(3), Dense(5)), "expects a decoder that gives rows of shape"),
        (Autoencoder(keras.Sequential([Dense(3), Dense(2)]), penalty=Contraction()), "one"),
        (VariationalAutoencoder(Dense(3), Dense(6)), "twice as many outputs"),
    ):
        model.compile("sgd")
        with pytest.raises(ValueError, match=reason):
            model.fit(ROWS, verbose=0)
    with pytest.raises(ValueError, match=r"expects values in \[0, 1\]"):
        trained(Autoencoder(Dense(3)), rows=ROWS * 255)


@pytest.mark.parametrize(
    ("activation", "visible", "fits"),
    [
        ("sigmoid", "bernoulli", True),
        ("sigmoid", "spin", True),
        ("tanh", "spin", True),
        ("tanh", "bernoulli", False),
        ("relu", "bernoulli", False),
        ("relu", "spin", False),
        ("relu", "gaussian", True),
        ("relu", "relu", True),
        ("tanh", "relu", False),
        (None, "gaussian", True),
        (None, "bernoulli", False),
    ],
)
def test_layers_of_a_stack_learn_from_codes_that_their_units_can_have(activation, visible, fits):
    layers = Autoencoder(Dense(5, activation)), Autoencoder(Dense(3), visible=visible)
    if fits:
        assert len(StackedAutoencoder(layers).autoencoders) == 2
    else:
        with pytest.raises(ValueError, match="expects codes from .* Give that layer"):
            StackedAutoencoder(layers)


def test_a_code_wider_than_the_data_needs_a_restraint():
    wide = keras.Sequential([keras.layers.GaussianNoise(0.1), Dense(20, "relu")])
    assert trained(Autoencoder(wide)).num_codes == 20  # Keras's noise is one
    with pytest.raises(ValueError, match="which could copy all"):
        trained(Autoencoder(Dense(20, "relu")))


def test_likelihoods_keep_their_digits_far_from_zero(close):
    rows = (1000 + RNG.normal(size=(20, 784))).astype("float32")
    model = Autoencoder(Dense(2, kernel_initializer="zeros"), visible="gaussian")
    trained(model, rows, rate=0.0)
    exact = multivariate_normal(np.array(model.decoder.bias, float), np.eye(784))
    found = model.evaluate(rows, verbose=0, return_dict=True)["reconstruction_loss"]
    close("likelihood far from zero", found / 784, -exact.logpdf(rows).mean() / 784, 1e-4)


def test_a_narrow_posterior_has_weights():
    model, exact = linear_gaussian()
    rows = RNG.normal(size=(20, 4)).astype("float32")
    model.encoder.bias.assign_add([0.0, 0.0, -100.0, -100.0])
    found = np.array(model.log_weight(rows))
    assert np.isfinite(found).all() and (found < exact.logpdf(rows) + 1).all()


def test_units_of_images_are_those_of_their_channels(close):
    rows = RNG.normal(size=(20, 4, 4, 3)).astype("float32") * [0.5, 1.0, 2.0]
    flat = keras.layers.Flatten(), Dense(3)
    decoder = keras.Sequential([Dense(48), keras.layers.Reshape((4, 4, 3))])
    visible = Gaussian(stddev=[0.5, 1.0, 2.0])
    model = trained(Autoencoder(keras.Sequential(flat), decoder, visible), rows)
    made = np.array(model.reconstruct(rows), float)
    scaled = (rows - made) / [0.5, 1.0, 2.0]
    expected = np.square(scaled).sum(axis=(1, 2, 3)).mean() / 2 + 48 * np.log(2 * np.pi) / 2
    found = model.evaluate(rows, verbose=0, return_dict=True)["reconstruction_loss"]
    assert found == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match="one for each of 3"):
        trained(Autoencoder(keras.Sequential(flat), decoder, Gaussian([1.0] * 48)), rows)


def test_whole_numbers_have_the_codes_of_real_ones(close):
    whole = RNG.integers(0, 5, (20, 6)).astype("int32")
    coding = SparseCoding(8, 0.1)
    model = Autoencoder(coding, visible="gaussian", penalty=AbsoluteCode(0.1))
    model.build((None, 6))
    close("codes of whole numbers", model(whole), model.encode(whole), 1e-6)
    close("of the layer", coding(whole), coding(whole.astype("float32")), 1e-6)


def test_sparse_codes_are_those_that_coordinate_descent_finds(close):
    columns = RNG.normal(size=(9, 6))
    columns /= np.linalg.norm(columns, axis=1, keepdims=True)
    for positive in (False, True):
        layer = SparseCoding(9, 0.2, num_steps=2000, positive=positive)
        layer.build((None, 6))
        close("start", np.linalg.norm(layer.kernel, axis=0), np.ones(9), 1e-5)
        layer.kernel.assign(columns.T)
        expected = sparse_encode(
            ROWS.astype(float), columns, algorithm="lasso_cd", alpha=0.2, positive=positive
        )
        assert 0.2 < np.mean(expected == 0) < 0.9
        close("sparse codes", layer(ROWS), expected, 2e-3)


def test_a_dictionary_is_as_good_as_another_library_s():
    """Of noiseless sums of two out of twelve columns; the objective of both on the same rows."""
    rng = np.random.default_rng(1)
    true = rng.normal(size=(12, 10))
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    codes = np.zeros((1000, 12))
    for row in codes:
        row[rng.choice(12, 2, replace=False)] = rng.normal(size=2)
    rows = codes @ true
    model = Autoencoder(SparseCoding(12, 0.1), visible="gaussian", penalty=AbsoluteCode(0.1))
    rate = keras.optimizers.schedules.CosineDecay(0.02, 600)
    trained(model, rows, rate, epochs=60, batch_size=100)
    peer = MiniBatchDictionaryLearning(
        12, alpha=0.1, max_iter=60, batch_size=100, random_state=0
    ).fit(rows)
    values = []
    for columns in (np.array(model.encoder.kernel, float).T, peer.components_):
        found = sparse_encode(rows, columns, algorithm="lasso_cd", alpha=0.1, max_iter=10_000)
        error = np.square(rows - found @ columns).sum(axis=1) / 2
        values.append((error + 0.1 * np.abs(found).sum(axis=1)).mean())
    assert values[0] < 1.02 * values[1]
    offset = 10 / 2 * np.log(2 * np.pi)  # of the normal density
    results = model.evaluate(rows, verbose=0, return_dict=True)
    assert results["loss"] - offset == pytest.approx(values[0], rel=1e-2)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_the_bound_of_the_largest_eigenvalue_is_near_it(scale):
    factor = RNG.normal(size=(50, 20))
    matrix = scale * factor @ factor.T
    largest = np.linalg.eigvalsh(matrix)[-1]
    bound = float(eigenvalue_bound(matrix.astype("float32")))
    assert largest * (1 - 1e-5) <= bound <= 50 ** (1 / 64) * largest


def test_sparse_codes_are_the_best_for_the_objective_of_the_model():
    coding, penalty = SparseCoding(12, 0.1), AbsoluteCode(0.1)
    for options in (
        {"penalty": penalty},
        {"visible": "gaussian"},
        {"visible": Gaussian(0.5), "penalty": penalty},
        {"visible": "gaussian", "penalty": AbsoluteCode(0.2)},
        {"visible": "gaussian", "penalty": penalty, "loss": "squared_error"},
    ):
        with pytest.raises(ValueError, match="the objective that its codes"):
            Autoencoder(coding, **options)


def test_penalties_on_units_expect_rows_of_codes():
    images = RNG.random((4, 4, 4, 1)).astype("float32")
    for penalty in (Contraction(0.1), SparseCode(0.1)):
        model = Autoencoder(Dense(3, "sigmoid"), Dense(1), penalty=penalty)
        model.compile("sgd")
        with pytest.raises(ValueError, match="expects codes of shape"):
            model.fit(images, verbose=0)


def test_the_loss_of_a_variational_autoencoder_counts_what_layers_add():
    encoder = Dense(4, activity_regularizer=keras.regularizers.L2(1.0))
    model = VariationalAutoencoder(encoder, Dense(6), seed=1)
    model.compile("sgd")
    model.fit(ROWS, verbose=0)
    found = model.evaluate(ROWS, batch_size=40, verbose=0, return_dict=True)
    codes = np.concatenate([np.array(part) for part in model.posterior(ROWS)], axis=1)
    assert found["penalty"] == pytest.approx(np.square(codes).sum() / 40, rel=1e-4)
    assert found["loss"] == pytest.approx(found["penalty"] - found["lower_bound"], rel=1e-5)
