"""Updates that XLA compiles: the same as without, checked as without, with sound random numbers."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from kerasdeep import backend, likelihood
from kerasdeep.energies import gibbs
from kerasdeep.models import RBM, ClassificationRBM
from kerasdeep.training import compilers
from tests import oracles
from tests.checks import check_loops
from tests.kerasdeep.training.models import KINDS, large_boltzmann_machine
from tests.kinds import Kind, Traced, assert_equal_arrays, weights
from tests.small import PAIRS, ExactSampler, make_rbm, parameters, values


@pytest.fixture
def always(monkeypatch):
    """XLA for models of any size."""
    monkeypatch.setattr(compilers, "MANY_WEIGHTS", 0)
    monkeypatch.setattr(gibbs, "MANY_WEIGHTS", 0)


# keras.random.randint, which a large Boltzmann machine draws with, has no form under XLA.
COMPILED = [kind for kind in KINDS if kind.make is not large_boltzmann_machine]


@pytest.mark.parametrize("kind", COMPILED, ids=lambda kind: kind.make.__name__)
def test_a_loop_of_steps_ends_with_the_weights_of_single_steps(kind):
    # Of a smaller batch and of padded ones `test_pipelines.py` says what XLA does.
    check_loops(Traced(kind, jit_compile=True), numbers=(50, 1), num_rows=100)


@pytest.mark.parametrize(("visible", "hidden"), PAIRS[:2] + PAIRS[-7:])
def test_an_update_is_that_of_single_operations(always, visible, hidden):
    rows, weight = values(visible, 6), np.linspace(0.2, 2, 6).astype("float32")
    results = []
    for arguments in ({}, {"run_eagerly": True}):
        rbm = make_rbm(parameters(visible, hidden), visible, hidden)
        rbm.compile(keras.optimizers.SGD(1.0), ExactSampler(), **arguments)
        rbm.train_on_batch(rows, sample_weight=weight)
        results.append([np.array(variable) for variable in rbm.weights])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("sampler", ["cd", "pcd", "fast_pcd", "parallel_tempering"])
def test_every_sampler_trains_and_repeats(always, digits, sampler):
    def make(**arguments):
        rbm = RBM(20, seed=1)
        rbm.compile(keras.optimizers.SGD(0.1, momentum=0.9), sampler, **arguments)
        return rbm

    traced, ends = Traced(Kind(make, digits[0][:605])), []
    for _ in range(2):
        rbm = traced()
        logs = rbm.fit(traced.kind.x, batch_size=10, epochs=3, shuffle=False, verbose=0).history
        assert logs["reconstruction_error"][-1] < 0.9 * logs["reconstruction_error"][0]
        ends.append(weights(rbm))
    assert_equal_arrays(*ends)


def test_a_classification_rbm_trains(always, digits):
    model = ClassificationRBM(50, 10, dropout=0.5, input_dropout=0.2, seed=1)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(*digits, batch_size=50, epochs=8, verbose=0)
    assert model.evaluate(*digits, verbose=0, return_dict=True)["accuracy"] > 0.8  # 0.1 by chance


@pytest.mark.parametrize(
    ("num_hidden", "arguments", "compiles"),
    [
        (2000, {}, True),
        (20, {}, False),
        (2000, {"jit_compile": False}, False),
        (2000, {"run_eagerly": True}, False),
    ],
)
def test_many_weights_are_compiled_unless_somebody_chose(num_hidden, arguments, compiles):
    rbm = RBM(num_hidden)
    rbm.build((None, 64))
    rbm.compile(**arguments)
    assert rbm._uses_xla() is compiles


def test_bad_values_of_a_stream_are_found(always, digits):
    rbm = RBM(5)
    rbm.compile()
    with pytest.raises(ValueError, match="max=7"):
        rbm.fit(tf.data.Dataset.from_tensors(digits[0][:50] * 7.0), verbose=0)
    rbm.fit(tf.data.Dataset.from_tensors(digits[0][:50]), verbose=0)
    before = weights(rbm)
    with pytest.raises(ValueError, match="min=nan|max=nan"):
        rbm.train_on_batch(np.full((5, 64), np.nan, "float32"))
    for one, other in zip(before, weights(rbm), strict=True):
        np.testing.assert_array_equal(one, other)


def test_random_numbers_are_uniform_and_normal():
    """Kolmogorov-Smirnov and correlation of 100,000 numbers; false alarm 1e-4 in each of 12."""
    for compile_function in (backend.compiled, backend.compiled_by_xla):
        seed = keras.random.SeedGenerator(3)
        draw = compile_function(
            lambda seed=seed: (
                backend.uniform((100_000,), seed),
                backend.uniform((100_000,), seed),
                backend.normal((100_000,), seed),
            )
        )
        first, second, normal = (np.array(part, float) for part in draw())
        (third, *_) = draw()
        assert stats.kstest(first, "uniform").pvalue > 1e-4
        assert stats.kstest(second, "uniform").pvalue > 1e-4
        assert stats.kstest(normal, "norm").pvalue > 1e-4
        for one, other in ((first, second), (first, third), (first[1:], first[:-1])):
            assert stats.pearsonr(one, other).pvalue > 1e-4
        assert first.min() >= 0 and first.max() < 1


def test_chains_and_annealing_follow_the_enumerated_distribution(always):
    """20,000 chains, chi-squared, false alarm 1e-4; an interval of three standard errors; a unit
    that is held keeps its value."""
    oracle = parameters("bernoulli", "bernoulli", 3, 2, scale=1.0)
    rbm = make_rbm(oracle)
    states, p = oracles.distribution(oracle)
    drawn = np.array(rbm.sample(20_000, steps=30)).astype(int)
    codes, order = drawn @ [4, 2, 1], states.astype(int) @ [4, 2, 1]
    counts, wanted = np.bincount(codes, minlength=8)[order], 20_000 * p
    assert ((counts - wanted) ** 2 / wanted).sum() < 29.9  # 7 degrees of freedom
    held = rbm.sample(steps=5, initial=np.eye(3, dtype="float32"), clamped=[True, False, False])
    np.testing.assert_array_equal(np.array(held)[:, 0], [1, 0, 0])
    estimate = likelihood.annealed_importance_sampling(rbm, drawn[:50], 300, verbose=0)
    assert estimate.low <= oracles.log_partition(oracle) <= estimate.high
    made = {key[:2] for key in rbm._programs}
    assert made == {(gibbs._run_chain, True), (likelihood.annealing._anneal, True)}
