"""The convolutional RBM against enumeration: images of 3 x 4 pixels, blocks of 2 x 2 units."""

import itertools

import keras
import numpy as np
import pytest

from kerasdeep import backend, likelihood
from kerasdeep.energies.contrastive import centred
from kerasdeep.models import ConvolutionalRBM
from kerasdeep.penalties import SparsityTarget
from kerasdeep.samplers import ContrastiveDivergence, Particles
from tests import kinds, oracles

FILTERS, SIDE = 2, 2  # of 3 x 4 pixels, maps of 2 x 3: one block, and a column beyond it


def make(visible="bernoulli", **arguments):
    crbm = ConvolutionalRBM(FILTERS, SIDE, pool_size=2, visible=visible, seed=0, **arguments)
    crbm.build((None, None, None, 1))
    rng = np.random.default_rng(0)
    for weight in crbm.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    return crbm


def images(num_images=5, seed=1):
    return np.random.default_rng(seed).integers(0, 2, (num_images, 3, 4, 1)).astype("float32")


def parameters(crbm):
    names = ("kernel", "visible_bias", "hidden_bias")
    return {name: np.array(getattr(crbm, name), float) for name in names}


# All maps of one filter: none of the four units on, or one.
STATES = np.concatenate([np.zeros((1, 4)), np.eye(4)]).reshape(5, 2, 2)


def fields(p, images):
    """Fields of the 2 x 2 units of each filter, `(num_images, FILTERS, 2, 2)`, by the definition of
    a convolution."""
    found = np.empty((len(images), FILTERS, 2, 2))
    for k, i, j in np.ndindex(FILTERS, 2, 2):
        seen = images[:, i : i + 2, j : j + 2, 0]
        found[:, k, i, j] = (seen * p["kernel"][:, :, 0, k]).sum(axis=(1, 2)) + p["hidden_bias"][k]
    return found


CHOICES = list(itertools.product(range(5), repeat=FILTERS))


def terms(p, images):
    """-E(v, h) of binary images with all states of the maps, `(num_images, len(CHOICES))`."""
    phi, own = fields(p, images), (images * p["visible_bias"]).sum(axis=(1, 2, 3))
    of_states = np.einsum("nkij,sij->nks", phi, STATES)
    return np.stack(
        [own + sum(of_states[:, k, c] for k, c in enumerate(chosen)) for chosen in CHOICES], axis=1
    )


def free_energy(p, images):
    return -oracles.log_sum_exp(terms(p, images), axis=1)


ALL_IMAGES = np.array(list(itertools.product([0.0, 1.0], repeat=12))).reshape(-1, 3, 4, 1)


def log_likelihood(p, data):
    log_z = oracles.log_sum_exp(-free_energy(p, ALL_IMAGES), axis=0)
    return -free_energy(p, data) - log_z


@pytest.mark.parametrize("visible", ["bernoulli", "gaussian"])
def test_pseudo_likelihood_compares_images_that_differ_in_one_pixel(visible):
    """Against free energies: both values of a binary pixel, a grid of values of a Gaussian one."""
    crbm, x = make(visible), images()
    values = np.array([0.0, 1.0]) if visible == "bernoulli" else np.arange(-12, 12, 0.01)
    step = 1.0 if visible == "bernoulli" else 0.01
    expected = 0.0
    for i, j in np.ndindex(3, 4):
        changed = np.repeat(x[None], len(values), axis=0)
        changed[:, :, i, j, 0] = values[:, None]
        log_p = -np.array(crbm.free_energy(changed.reshape(-1, 3, 4, 1)), float)
        total = np.logaddexp.reduce(log_p.reshape(len(values), -1), axis=0) + np.log(step)
        expected += -np.array(crbm.free_energy(x), float) - total
    found = likelihood.pseudo_log_likelihood(crbm, x)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    crbm.compile()
    # Twelve units, twelve passes over the same images: each looks at another pixel.
    many = np.tile(images(1), (12, 1, 1, 1))
    mean = crbm.evaluate(many, verbose=0, return_dict=True)
    assert mean["pseudo_log_likelihood"] == pytest.approx(expected[0], abs=1e-4)
    assert mean["loss"] == -mean["pseudo_log_likelihood"]


def test_free_energy_means_and_pooling_equal_enumeration():
    crbm, data = make(), images()
    p = parameters(crbm)
    np.testing.assert_allclose(crbm.free_energy(data), free_energy(p, data), atol=1e-5)
    hidden = np.array(crbm.hidden.mean(crbm.hidden_field(data)))
    pooled = crbm.predict(data, verbose=0)
    assert hidden.shape == (5, 2, 2, FILTERS) and pooled.shape == (5, 1, 1, FILTERS)
    for values, means, probabilities in zip(terms(p, data), hidden, pooled, strict=True):
        posterior = np.exp(values - oracles.log_sum_exp(values, axis=0))
        for k in range(FILTERS):
            expected = sum(q * STATES[c[k]] for q, c in zip(posterior, CHOICES, strict=True))
            np.testing.assert_allclose(means[:, :, k], expected, atol=1e-5)
            assert probabilities[0, 0, k] == pytest.approx(expected.sum(), abs=1e-5)


@pytest.mark.parametrize("visible", ["bernoulli", "gaussian"])
def test_conditionals_are_those_of_the_energy(visible):
    """p(v | h) from energy differences; E averaged over p(h | v) and the free energy agree."""
    crbm, data = make(visible), images(2)
    hidden = np.zeros((2, 2, 2, FILTERS), "float32")
    hidden[0, 1, 0, 0] = hidden[1, 0, 1, 1] = 1
    field = np.array(crbm.of_shape((3, 4, 1)).visible_field(hidden))
    for index in np.ndindex(3, 4):
        energies = []
        for value in (0.0, 1.0):
            changed = data.copy()
            changed[(slice(None), *index, 0)] = value
            energies.append(np.array(crbm.energy(changed, hidden)))
        slope = energies[0] - energies[1] + (0.5 if visible == "gaussian" else 0)
        np.testing.assert_allclose(field[(slice(None), *index, 0)], slope, atol=1e-5)


def test_samples_of_maps_have_at_most_one_unit_a_block_with_the_right_probability():
    """20,000 draws; 5 standard errors, false alarm below 1e-5."""
    crbm = make()
    field = np.repeat(np.array(crbm.hidden_field(images(1))), 20_000, axis=0)
    drawn = np.array(crbm.hidden.sample(field, keras.random.SeedGenerator(1)))
    assert drawn.sum(axis=(1, 2)).max() == 1
    mean = np.array(crbm.hidden.mean(field[:1]))[0]
    error = 5 * np.sqrt(mean * (1 - mean) / 20_000)
    assert (np.abs(drawn.mean(axis=0) - mean) < error).all()


def test_the_gradient_of_the_free_energy_is_that_of_the_exact_likelihood(close):
    """Of data minus all images by their probability, against central differences."""
    crbm, data = make(), images(4)
    p = parameters(crbm)
    slope = oracles.gradient(lambda q: float(log_likelihood(q, data).mean()), p, step=1e-4)
    weight = np.exp(log_likelihood(p, ALL_IMAGES)).astype("float32")
    gradients = backend.gradients(
        lambda: (
            keras.ops.mean(crbm.free_energy(data))
            - keras.ops.sum(weight * crbm.free_energy(ALL_IMAGES))
        ),
        [crbm.kernel, crbm.visible_bias, crbm.hidden_bias],
    )
    for gradient, expected in zip(gradients, slope.values(), strict=True):
        close("gradients, convolutional RBM", -np.array(gradient), expected, 1e-4)


def test_a_centred_gradient_is_that_of_biases_of_units_with_all_their_neighbours(close):
    """Against central differences in the coordinates W, b + sum W lambda, c + sum W mu."""
    crbm, data = make(), images(4)
    mu, lam = np.array([0.3]), np.array([0.2, 0.7])

    def moved(p, sign):
        kernel = p["kernel"]
        return {
            "kernel": kernel,
            "visible_bias": p["visible_bias"] + sign * np.einsum("xyck,k->c", kernel, lam),
            "hidden_bias": p["hidden_bias"] + sign * np.einsum("xyck,c->k", kernel, mu),
        }

    def objective(centred_parameters):
        return -float(free_energy(moved(centred_parameters, -1), data).sum())

    p = parameters(crbm)
    slope = oracles.gradient(objective, moved(p, 1), step=1e-4)
    start = moved(p, 1)
    after = moved({name: start[name] + slope[name] for name in p}, -1)
    names = [crbm.kernel, crbm.visible_bias, crbm.hidden_bias]
    plain = backend.gradients(lambda: keras.ops.sum(crbm.free_energy(data)), names)
    found = centred(plain, crbm, mu.astype("float32"), lam.astype("float32"))
    for gradient, name in zip(found, p, strict=True):
        close("gradients, centred convolution", -np.array(gradient), after[name] - p[name], 1e-3)


def test_offsets_follow_the_means_of_channels_and_filters_and_are_saved(tmp_path):
    crbm = ConvolutionalRBM(FILTERS, SIDE, pool_size=2, seed=0, centering=True)
    data = images(8)
    crbm.compile(keras.optimizers.SGD(0.0))
    crbm.fit(data, batch_size=8, epochs=400, verbose=0)
    hidden = np.array(crbm.hidden.mean(crbm.hidden_field(data)))
    np.testing.assert_allclose(crbm.visible_offset, [data.mean()], atol=5e-3)
    np.testing.assert_allclose(crbm.hidden_offset, hidden.mean(axis=(0, 1, 2)), atol=5e-3)
    crbm.save(tmp_path / "crbm.keras")
    loaded = keras.models.load_model(tmp_path / "crbm.keras")
    for one in (crbm, loaded):
        one.optimizer.learning_rate = 0.1
        one.fit(data, shuffle=False, verbose=0)
    kinds.assert_equal_state(crbm, loaded)


def test_a_training_step_raises_the_free_energy_of_particles_and_lowers_that_of_data():
    """With particles that are given, the step is the gradient of the difference and, for the hidden
    biases, of the sparsity target; and no more."""
    crbm = make(sparsity=SparsityTarget(0.1, cost=2.0, decay=0.5))
    data, particles = images(4), images(4, seed=2)
    variables = [crbm.kernel, crbm.visible_bias, crbm.hidden_bias]
    expected = backend.gradients(
        lambda: keras.ops.mean(crbm.free_energy(data) - crbm.free_energy(particles)), variables
    )
    activity = np.array(crbm.hidden_mean(data)).mean(axis=(0, 1, 2))
    expected[2] += 2.0 * (0.5 * 0.1 + 0.5 * activity - 0.1)
    crbm.compile(keras.optimizers.SGD(1.0), Given(particles))
    before = [np.array(variable) for variable in variables]
    crbm.train_on_batch(data)
    for start, variable, gradient in zip(before, variables, expected, strict=True):
        np.testing.assert_allclose(start - np.array(variable), gradient, atol=1e-5)


class Given(ContrastiveDivergence):
    """Brings the particles that it was made with."""

    def __init__(self, particles):
        super().__init__()
        self.particles = particles

    def negative_phase(self, machine, field, sample_weight=None):
        return Particles(self.particles, machine.hidden_mean(self.particles))


def test_chains_reach_the_enumerated_distribution():
    """20,000 chains: means of all pixels, 5 standard errors, false alarm below 1e-5."""
    crbm = make()
    p = np.exp(log_likelihood(parameters(crbm), ALL_IMAGES))
    mean = np.tensordot(p, ALL_IMAGES, axes=1)
    drawn = np.array(crbm.sample(20_000, steps=40, image_shape=(3, 4)))
    assert (np.abs(drawn.mean(axis=0) - mean) < 5 * np.sqrt(mean * (1 - mean) / 20_000)).all()


def test_hidden_units_start_at_their_sparsity_target():
    """A block of four: the pooling unit is on four times as often as each of its units."""
    crbm = ConvolutionalRBM(3, 2, pool_size=2, sparsity=SparsityTarget(0.05), seed=1)
    crbm.build((None, 5, 5, 1))
    crbm.kernel.assign(0.0 * crbm.kernel)
    np.testing.assert_allclose(crbm(np.zeros((1, 5, 5, 1), "float32")), 4 * 0.05, rtol=1e-5)
    with pytest.raises(ValueError, match="target below 1 / pool_size.2.*target=0.3, pool_size=2"):
        ConvolutionalRBM(3, 2, pool_size=2, sparsity=SparsityTarget(0.3))


def test_it_learns_digits_of_any_size_and_is_a_layer(digits, tmp_path):
    x, y = digits[0].reshape(-1, 8, 8, 1), digits[1]
    crbm = ConvolutionalRBM(8, 3, sparsity=SparsityTarget(0.1, cost=0.01), seed=1)
    crbm.compile(keras.optimizers.Adam(0.02))
    logs = crbm.fit(x, epochs=20, validation_split=0.1, verbose=0).history
    of_the_mean = np.square(x - x.mean(axis=0)).sum(axis=(1, 2, 3)).mean()
    assert logs["val_reconstruction_error"][-1] < 0.95 * of_the_mean
    assert crbm.predict(x[:, :, :7], verbose=0).shape == (1000, 3, 2, 8)
    assert crbm.reconstruct(x[:2, :7, :7]).shape == (2, 7, 7, 1)
    crbm.save(tmp_path / "crbm.keras")
    loaded = keras.models.load_model(tmp_path / "crbm.keras")
    for one in (crbm, loaded):
        one.fit(x[:200], shuffle=False, verbose=0)
    kinds.assert_equal_state(crbm, loaded)
    classifier = keras.Sequential(
        [keras.Input((8, 8, 1)), crbm, keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    )
    optimizer = keras.optimizers.Adam(0.01)
    classifier.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    classifier.fit(x, y, epochs=15, verbose=0)
    assert classifier.evaluate(x, y, verbose=0)[1] > 0.8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.fit(np.zeros((4, 9))), "images, height, width, channels"),
        (lambda m: m.fit(np.full((4, 3, 4, 1), 2.0)), "Received: min=2"),
        (lambda m: m.compile(sampler="pcd"), "Use ContrastiveDivergence"),
        (lambda m: m.sample(), "needs image_shape"),
        (lambda m: ConvolutionalRBM(2, 0), "kernel_size to be an integer"),
    ],
)
def test_bad_input_is_refused(call, message):
    crbm = make()
    crbm.compile()
    with pytest.raises(ValueError, match=message):
        call(crbm)
