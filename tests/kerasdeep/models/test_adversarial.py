"""Adversarial networks against losses by NumPy, finite differences and a linear critic."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.models import GAN, WGAN

Dense = keras.layers.Dense
RNG = np.random.default_rng(0)
ROWS = RNG.random((40, 3)).astype("float32")
LABELS = RNG.integers(0, 2, 40)


def linear(size, activation=None, **options):
    return keras.Sequential([Dense(size, activation, **options)])


def played(model, rate=0.1):
    first, second = keras.optimizers.SGD(rate), keras.optimizers.SGD(rate)
    model.compile(first, second)
    return model


def softplus(x):
    return np.logaddexp(0, x)


def drawn(model, number, state):
    """What the generator makes, and the noise, that a training step draws from a random state."""
    model.seed_generator.state.assign(state)
    noise = np.array(model._noise(number, model.seed_generator))
    return noise, np.array(model.seed_generator.state)


def parts(layer):
    return [np.array(part, float) for part in layer.weights]


def slopes(value, arrays):
    """Central differences of a function of a list of arrays."""
    found = []
    for number, array in enumerate(arrays):
        slope = np.zeros(array.shape)
        for place in np.ndindex(*array.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [part.copy() for part in arrays]
                moved[number][place] += step
                ends.append(value(moved))
            slope[place] = (ends[0] - ends[1]) / 2e-5
        found.append(slope)
    return found


@pytest.mark.parametrize(("kind", "penalty"), [(GAN, 0.0), (GAN, 3.0), (WGAN, 3.0)])
def test_a_step_follows_finite_differences_of_both_losses(kind, penalty, close):
    """The discriminator moves first; the generator's loss is that of the moved one."""
    options = {"discriminator_steps": 1, "num_noise": 2, "penalty": penalty, "seed": 1}
    model = played(kind(linear(3), linear(1), **options))
    model.initialize_from(ROWS)
    state = np.array(model.seed_generator.state)
    noise, after = drawn(model, 40, state)
    model.seed_generator.state.assign(after)
    made = parts(model.generator)
    judged = parts(model.discriminator)

    def scores(rows, weights):
        return (rows @ weights[0] + weights[1])[:, 0]

    def of_discriminator(weights):
        false = noise @ made[0] + made[1]
        real, fake = scores(ROWS, weights), scores(false, weights)
        # The slope of a linear critic is its weights, wherever one looks.
        slope = np.sqrt(np.square(weights[0]).sum())
        if kind is GAN:
            return (softplus(-real) + softplus(fake)).mean() + penalty * slope**2 / 2
        return (fake - real).mean() + penalty * (slope - 1) ** 2

    model.seed_generator.state.assign(state)
    model.fit(ROWS, batch_size=40, shuffle=False, verbose=0)
    for start, now, slope in zip(
        judged, parts(model.discriminator), slopes(of_discriminator, judged), strict=True
    ):
        close("gradient of the discriminator", (start - now) / 0.1, slope, 2e-4)
    moved = parts(model.discriminator)
    # The noise that the generator learns from comes after that of the discriminator.
    model.seed_generator.state.assign(after)
    if kind is WGAN:
        model.seed_generator.next()
    noise = np.array(model._noise(40, model.seed_generator))

    def of_generator(weights):
        fake = scores(noise @ weights[0] + weights[1], moved)
        return softplus(-fake).mean() if kind is GAN else -fake.mean()

    for start, now, slope in zip(
        made, parts(model.generator), slopes(of_generator, made), strict=True
    ):
        close("gradient of the generator", (start - now) / 0.1, slope, 2e-4)


@pytest.mark.parametrize(
    ("kind", "of_slope"), [(GAN, lambda s: s**2 / 2), (WGAN, lambda s: (s - 1) ** 2)]
)
def test_the_gradient_penalty_is_by_the_slope_of_the_critic(kind, of_slope, close):
    critic = keras.Sequential([keras.Input((3,)), Dense(1)])
    model = kind(linear(3), critic, num_noise=2)
    model.build((None, 3))
    critic.layers[0].kernel.assign([[3.0], [0.0], [4.0]])
    close("penalty", model.gradient_penalty(ROWS), np.full(40, of_slope(5)), 1e-4)
    curved = keras.Sequential([keras.Input((3,)), Dense(4, "tanh"), Dense(1)])
    model = kind(linear(3), curved, num_noise=2)
    model.build((None, 3))
    first, second = curved.layers
    a = ROWS @ np.array(first.kernel)
    slope = (1 - np.tanh(a) ** 2) * np.array(second.kernel)[:, 0] @ np.array(first.kernel).T
    expected = of_slope(np.linalg.norm(slope, axis=1))
    close("penalty", model.gradient_penalty(ROWS), expected, 1e-5)


@pytest.mark.parametrize("steps", [1, 3])
def test_both_optimizers_step_as_often_as_they_should(steps):
    model = played(GAN(linear(3), linear(1), 2, discriminator_steps=steps))
    model.fit(ROWS, batch_size=16, epochs=2, verbose=0)
    assert int(model.optimizer.iterations) == 2 * 3
    assert int(model.discriminator_optimizer.iterations) == 2 * 3 * steps


def test_the_second_generator_is_a_running_mean(close):
    model = played(GAN(linear(3), linear(1), 2, averaging=0.6, seed=1))
    model.initialize_from(ROWS)
    mean = parts(model.generator)
    for step in range(1, 6):
        model.fit(ROWS, batch_size=40, verbose=0)
        kept = min(0.6, step / (step + 9))
        now = parts(model.generator)
        mean = [kept * one + (1 - kept) * other for one, other in zip(mean, now, strict=True)]
    for found, expected in zip(parts(model.averaged), mean, strict=True):
        close("running mean", found, expected, 1e-6)
    noise = RNG.normal(size=(4, 2)).astype("float32")
    close("drawn by it", model.generate(noise), noise @ mean[0] + mean[1], 1e-5)


def test_labels_stand_beside_noise_and_data(close):
    model = GAN(linear(3), linear(1), 2, num_classes=2)
    model.build((None, 3))
    noise = RNG.normal(size=(40, 2)).astype("float32")
    kernel, bias = parts(model.generator)
    expected = np.concatenate([noise, np.eye(2)[LABELS]], axis=1) @ kernel + bias
    close("drawn by label", model.generate(noise, LABELS), expected, 1e-5)
    kernel, bias = parts(model.discriminator)
    unknown = np.concatenate([ROWS, np.full((40, 2), 0.5)], axis=1) @ kernel + bias  # it is linear
    close("judged without", model.predict(ROWS, verbose=0), unknown, 1e-5)
    known = np.concatenate([ROWS, np.eye(2)[LABELS]], axis=1) @ kernel + bias
    close("judged with", model._judged(ROWS, LABELS), known, 1e-5)


def test_labels_of_images_are_channels(close):
    images = RNG.random((5, 4, 4, 1)).astype("float32")
    judge = keras.Sequential([keras.layers.Conv2D(1, 4), keras.layers.Flatten()])
    maker = keras.Sequential([Dense(16, "sigmoid"), keras.layers.Reshape((4, 4, 1))])
    model = GAN(maker, judge, 2, num_classes=2)
    model.build((None, 4, 4, 1))
    kernel = np.array(judge.layers[0].kernel)[..., 0]
    labels = np.array([0, 1, 1, 0, 1])
    expected = (images[..., 0] * kernel[..., 0]).sum(axis=(1, 2)) + kernel[..., 1:].sum((0, 1))[
        labels
    ]
    close("judged", model._judged(images, labels)[:, 0], expected, 1e-5)


def test_samples_repeat_by_seed_and_follow_labels():
    model = GAN(linear(3), linear(1), 2, num_classes=2, noise="uniform", seed=1)
    model.build((None, 3))
    assert model.sample(labels=[0, 1, 1]).shape == (3, 3)
    model.seed_chains(5)
    first = np.array(model.sample(4))
    model.seed_chains(5)
    np.testing.assert_array_equal(first, model.sample(4))
    noise = np.array(model._noise(2000, model.seed_generator))
    assert -1 <= noise.min() < -0.9 < 0.9 < noise.max() <= 1


@pytest.mark.parametrize("use", ["predict", "evaluate", "layer"])
def test_a_running_mean_begins_within_a_step_too(use, close):
    """Of a network that has not seen data before it is asked."""
    model = played(GAN(linear(3), linear(1), 2, averaging=0.9))
    if use == "predict":
        model.predict(ROWS, verbose=0)
    elif use == "evaluate":
        model.evaluate(tf.data.Dataset.from_tensor_slices(ROWS).batch(10), verbose=0)
    else:
        keras.Sequential([model]).predict(ROWS, verbose=0)
    for mean, weight in zip(parts(model.averaged), parts(model.generator), strict=True):
        close("running mean at the start", mean, weight, 0)


def test_decay_leaves_alone_what_a_user_says():
    own, plain = (keras.optimizers.AdamW(weight_decay=0.1) for _ in range(2))
    own.exclude_from_weight_decay(var_names=["gamma"])
    model = GAN(linear(3), linear(1), 2)
    model.compile(plain, own)
    model.build((None, 3))
    kernel, bias = model.discriminator.trainable_variables
    assert own._use_weight_decay(kernel) and own._use_weight_decay(bias)
    assert not plain._use_weight_decay(model.generator.trainable_variables[1])


def test_what_does_not_fit_is_refused():
    sgd = keras.optimizers.SGD
    gan = GAN(linear(3, "sigmoid"), linear(1), 2)
    for compile_it, reason in (
        (lambda: gan.compile(sgd()), "expects two optimizers"),
        (lambda: gan.compile(*[sgd()] * 2), "expects two optimizers"),
        (lambda: gan.compile(optimizer="adam"), "expects two optimizers"),
        (lambda: gan.compile(None), "Received: none"),
        (lambda: gan.compile(sgd(use_ema=True), sgd()), "averaging=0.999"),
        (lambda: gan.compile("sgd", loss="mse"), "has an objective of its own"),
    ):
        with pytest.raises(ValueError, match=reason):
            compile_it()
    for model, reason in (
        (GAN(linear(4), linear(1), 2), r"expects a generator of rows of shape \(3,\)"),
        (GAN(linear(3), linear(2), 2), "expects a discriminator with one output"),
        (
            GAN(linear(3), linear(1, activity_regularizer="l2"), 2),
            "without an activity_regularizer",
        ),
        (GAN(linear(3, "tanh"), linear(1), 2), None),
    ):
        played(model)
        if reason:
            with pytest.raises(ValueError, match=reason):
                model.fit(ROWS, verbose=0)
    with pytest.raises(ValueError, match=r"expects values in \[-1, 1\]. .* scale the data"):
        model.fit(ROWS * 3, verbose=0)
    with pytest.raises(ValueError, match=r"expects values in \[0, 1\]"):
        played(GAN(linear(3, "sigmoid"), linear(1), 2)).fit(ROWS * 255, verbose=0)
    with pytest.raises(ValueError, match="expects a discriminator without an activation"):
        GAN(linear(3), linear(1, "sigmoid"), 2)
    with pytest.raises(ValueError, match="'normal' or 'uniform'"):
        GAN(linear(3), linear(1), noise="cauchy")
    conditional = GAN(linear(3), linear(1), 2, num_classes=2)
    conditional.build((None, 3))
    for ask, reason in (
        (lambda: GAN(3, linear(1), 2), "expects generator to be a Keras layer"),
        (lambda: conditional.generate(np.zeros((10, 2)), [0, 1, 1]), "3 labels and 10 rows"),
        (lambda: conditional.generate(np.zeros((10, 2))), "beside labels"),
        (lambda: conditional.gradient_penalty(ROWS), "beside labels"),
    ):
        with pytest.raises(ValueError, match=reason):
            ask()
    with pytest.raises(ValueError, match="needs labels"):
        played(GAN(linear(3), linear(1), 2, num_classes=2)).fit(ROWS, verbose=0)
