"""The contrastive gradient: as the slide has it, in one product, and as differences tell."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.energies.contrastive import centred, contrastive_gradient, energy_gradient
from kerasdeep.energies.fused import fused_gradient
from kerasdeep.energies.views import View
from kerasdeep.models import RBM
from kerasdeep.samplers import Particles
from kerasdeep.units import Gaussian
from tests.small import PAIRS, make_rbm, parameters, values


def phases(machine, visible, hidden):
    """Returns data with weights of their own, and particles that count as much in all."""
    weight = np.linspace(0.5, 2, 6).astype("float32")
    data = values(visible, 6, seed=1), values(hidden, 6, seed=2), weight
    weight = np.full(4, weight.mean(), "float32")
    particles = values(visible, 4, seed=3), values(hidden, 4, seed=4), weight
    return Particles(*map(ops.convert_to_tensor, data)), Particles(
        *map(ops.convert_to_tensor, particles)
    )


def offsets(machine):
    rng = np.random.default_rng(5)
    return [
        rng.random(bias.shape).astype("float32")
        for bias in (machine.visible_bias, machine.hidden_bias)
    ]


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_the_fused_gradient_is_the_centred_one(visible, hidden, close):
    machine = make_rbm(parameters(visible, hidden), visible, hidden)
    data, particles = phases(machine, visible, hidden)
    for mu, lam in (offsets(machine), [0.0 * part for part in offsets(machine)]):
        slide = centred(contrastive_gradient(machine, data, particles), machine, mu, lam)
        fused = fused_gradient(machine, data, particles, mu, lam)
        for one, other in zip(fused, slide, strict=True):
            close("gradients, fused", one, other, 1e-5)


def test_the_fused_gradient_has_that_of_variances_too(close):
    machine = RBM(3, visible=Gaussian(0.7, learned=True), seed=1)
    machine.build((None, 2))
    data, particles = phases(machine, "gaussian", "bernoulli")
    data, particles = (
        part._replace(hidden=ops.take(part.hidden, [0, 1, 0], axis=1)) for part in (data, particles)
    )
    slide = contrastive_gradient(machine, data, particles)
    fused = fused_gradient(machine, data, particles, np.zeros(2, "float32"), np.zeros(3, "float32"))
    assert len(slide) == len(fused) == 4
    for one, other in zip(fused, slide, strict=True):
        close("gradients, fused", one, other, 1e-5)


@pytest.mark.parametrize(("visible", "hidden"), PAIRS)
def test_the_gradient_of_an_energy_is_its_slope(visible, hidden, close):
    """Linear in weights and biases but for Gaussian biases, whose own part cancels in a contrast:
    the difference of two sets of pairs is compared."""
    oracle = parameters(visible, hidden)
    machine = make_rbm(oracle, visible, hidden)
    data, particles = phases(machine, visible, hidden)
    gradient = contrastive_gradient(machine, data, particles)
    rng = np.random.default_rng(6)
    for index, name in enumerate(("kernel", "visible_bias", "hidden_bias")):
        direction = rng.normal(size=oracle[name].shape)
        slopes = []
        for sign in (1, -1):
            moved = make_rbm({**oracle, name: oracle[name] + sign * direction}, visible, hidden)
            mean = [
                np.average(np.array(moved.energy(*part[:2]), "float64"), weights=part.weight)
                for part in (data, particles)
            ]
            slopes.append((mean[0] - mean[1]) * float(np.mean(data.weight)))
        told = (np.array(gradient[index], "float64") * direction).sum()
        close("gradients, slope", told, (slopes[0] - slopes[1]) / 2, 1e-4)


def test_data_and_model_alike_leave_nothing():
    machine = make_rbm(parameters("bernoulli", "bernoulli"))
    data, _ = phases(machine, "bernoulli", "bernoulli")
    for gradient in contrastive_gradient(machine, data, data):
        np.testing.assert_array_equal(gradient, 0.0)


def test_the_precision_of_products_is_that_of_the_connection():
    machine = make_rbm(parameters("bernoulli", "bernoulli"))
    low = View.of(machine, connection=machine.connection.in_precision("bfloat16"))
    data, _ = phases(machine, "bernoulli", "bernoulli")
    for one, other in zip(
        energy_gradient(low, *data), energy_gradient(machine, *data), strict=True
    ):
        assert keras.backend.standardize_dtype(one.dtype) == "float32"
        np.testing.assert_allclose(one, other, atol=0.02)
