"""Chains against the enumerated distribution of a small RBM.

Chi-squared tests at a false-alarm rate of 1e-4 each, with fixed seeds.
"""

import contextlib
import logging

import keras
import numpy as np
import pytest
from scipy.stats import chi2

from kerasdeep import samplers
from kerasdeep.callbacks import SamplerSchedule
from kerasdeep.models import RBM
from kerasdeep.samplers import (
    ContrastiveDivergence,
    FastPersistentContrastiveDivergence,
    ParallelTempering,
    PersistentContrastiveDivergence,
    get,
)
from tests import oracles
from tests.small import make_rbm, parameters

NUM_CHAINS = 20_000


@pytest.fixture
def oracle():
    return parameters("bernoulli", "bernoulli", num_visible=4, num_hidden=3, scale=1.5)


def assert_distributed_as(oracle, visible):
    """Chi-squared test of independent visible states against the enumerated probabilities."""
    states, p = oracles.distribution(oracle)
    visible = np.array(visible)
    weights = 2 ** np.arange(visible.shape[1])
    counts = np.bincount((visible @ weights).astype(int), minlength=len(p))
    expected = len(visible) * p[np.argsort(states @ weights)]
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic < chi2.ppf(1 - 1e-4, df=len(p) - 1)


def exact_pairs(oracle, seed=0):
    """Draws visible and hidden states from the enumerated joint distribution."""
    rng = np.random.default_rng(seed)
    states, p = oracles.distribution(oracle)
    visible = states[rng.choice(len(p), NUM_CHAINS, p=p)]
    hidden = rng.random((NUM_CHAINS, 3)) < oracles.hidden_mean(oracle, visible)
    return visible.astype("float32"), hidden.astype("float32")


def transposed(oracle):
    """The same model with visible and hidden units exchanged."""
    return {
        **oracle,
        "kernel": oracle["kernel"].T,
        "visible_bias": oracle["hidden_bias"],
        "hidden_bias": oracle["visible_bias"],
    }


@pytest.mark.parametrize("name", ["cd", "pcd", "fast_pcd"])
def test_a_sweep_from_the_exact_distribution_stays_in_it(oracle, name):
    rbm = make_rbm(oracle)
    visible, hidden = exact_pairs(oracle)
    sampler = get(name) if name == "cd" else type(get(name))(NUM_CHAINS)
    sampler.build((4, 3))
    if name != "cd":
        sampler.chains.assign(hidden)
    particles = sampler.negative_phase(rbm, rbm.hidden_field(visible))
    assert_distributed_as(oracle, particles.visible)
    if name != "cd":
        assert_distributed_as(transposed(oracle), sampler.chains)


def tempered_oracle(oracle, base, beta):
    """The distribution at inverse temperature beta on the path from biases `base`."""
    return {
        **oracle,
        "kernel": beta * oracle["kernel"],
        "visible_bias": (1 - beta) * base + beta * oracle["visible_bias"],
        "hidden_bias": beta * oracle["hidden_bias"],
    }


def test_every_temperature_stays_in_its_distribution_while_states_are_exchanged(oracle):
    """Both turns of pairs; also the power of the test: the chains were exchanged."""
    rbm, base = make_rbm(oracle), np.array([0.5, -0.5, 0.2, 0.0])
    sampler = ParallelTempering(num_temperatures=4, num_chains=NUM_CHAINS)
    sampler.build((4, 3))
    sampler.base_bias.assign(base)
    ladder = [tempered_oracle(oracle, base, beta) for beta in np.linspace(0, 1, 4)]
    sampler.chains.assign(np.concatenate([exact_pairs(o, i)[1] for i, o in enumerate(ladder)]))
    for _ in range(2):
        particles = sampler.negative_phase(rbm, None)
        assert_distributed_as(oracle, particles.visible)
        for chains, at_beta in zip(np.split(np.array(sampler.chains), 4), ladder, strict=True):
            assert_distributed_as(transposed(at_beta), chains)
    rates = np.array(sampler.swap_rate)
    assert ((rates > 0.1) & (rates < 1)).all()


def test_measured_swap_rates_equal_the_exact_ones(oracle):
    """5 standard errors of 20,000 exchanges; false alarm below 1e-5."""
    rbm, base = make_rbm(oracle), np.zeros(4)
    sampler = ParallelTempering(num_temperatures=2, num_chains=NUM_CHAINS)
    sampler.build((4, 3))
    cold, hot = tempered_oracle(oracle, base, 1.0), tempered_oracle(oracle, base, 0.0)
    sampler.chains.assign(np.concatenate([exact_pairs(o, i)[1] for i, o in enumerate((hot, cold))]))
    sampler.negative_phase(rbm, None)
    _, p_cold = oracles.distribution(cold)
    _, p_hot = oracles.distribution(hot)
    log_ratio = np.log(p_cold) - np.log(p_hot)
    accepted = np.minimum(1, np.exp(log_ratio[None, :] - log_ratio[:, None]))
    rate = float(p_cold @ accepted @ p_hot)
    assert float(sampler.swap_rate[0]) == pytest.approx(
        rate, abs=5 * np.sqrt(rate * (1 - rate) / NUM_CHAINS)
    )


def test_fast_weights_follow_the_gradient_and_decay():
    sampler = FastPersistentContrastiveDivergence(2, fast_rate=0.1, decay=0.5)
    sampler.build((4, 3))
    gradients = [np.ones((4, 3), "float32"), np.ones(4, "float32"), np.ones(3, "float32")]
    sampler.observe(gradients)
    sampler.observe(gradients)
    for weight in sampler.fast_weights:
        np.testing.assert_allclose(weight, -0.15 * np.ones(weight.shape), rtol=1e-6)


def test_chains_follow_the_sum_of_weights_and_fast_weights(oracle):
    rbm = make_rbm({**oracle, "kernel": 0.3 * oracle["kernel"]})
    sampler = FastPersistentContrastiveDivergence(NUM_CHAINS)
    sampler.build((4, 3))
    sampler.fast_weights[0].assign(0.7 * oracle["kernel"])
    sampler.chains.assign(exact_pairs(oracle)[1])
    assert_distributed_as(oracle, sampler.negative_phase(rbm, None).visible)


def test_cd_chains_started_at_one_state_reach_the_model_distribution(oracle):
    rbm = make_rbm(oracle)
    field = rbm.hidden_field(np.zeros((NUM_CHAINS, 4), "float32"))
    particles = ContrastiveDivergence(steps=100).negative_phase(rbm, field)
    assert_distributed_as(oracle, particles.visible)


def test_one_cd_step_has_not_reached_it_yet(oracle):
    """The power of the test above: it sees the difference that it is meant to see."""
    rbm = make_rbm(oracle)
    field = rbm.hidden_field(np.zeros((NUM_CHAINS, 4), "float32"))
    with pytest.raises(AssertionError):
        assert_distributed_as(oracle, ContrastiveDivergence(1).negative_phase(rbm, field).visible)


def test_persistent_particles_reach_the_model_distribution(oracle):
    rbm = make_rbm(oracle)
    sampler = PersistentContrastiveDivergence(NUM_CHAINS, steps=1)
    sampler.build((4, 3))
    field = rbm.hidden_field(np.zeros((1, 4), "float32"))
    for _ in range(100):
        particles = sampler.negative_phase(rbm, field)
    assert_distributed_as(oracle, particles.visible)


@pytest.mark.parametrize(
    "kind", [PersistentContrastiveDivergence, FastPersistentContrastiveDivergence]
)
@pytest.mark.parametrize("restart", [0.0, 0.2])
def test_a_share_of_the_chains_starts_anew(kind, restart):
    """Of a machine that keeps its units on or off for good; to five standard errors."""
    model = RBM(1, seed=0)
    model.build((None, 1))
    model.kernel.assign([[80.0]])
    for bias in (model.visible_bias, model.hidden_bias):
        bias.assign([-40.0])
    sampler = kind(NUM_CHAINS, restart=restart)
    model.compile(keras.optimizers.SGD(0.0), sampler)
    sampler.chains.assign(np.ones((NUM_CHAINS, 1)))
    for step in (1, 2, 3):
        model.train_on_batch(np.ones((2, 1)))
        expected = (1 - restart) ** step
        error = np.sqrt(expected * (1 - expected) / NUM_CHAINS)
        assert np.array(sampler.chains).mean() == pytest.approx(expected, abs=5 * error)
    assert kind.from_config(sampler.get_config()).restart == restart


def test_sample_draws_from_the_model_distribution(oracle):
    assert_distributed_as(oracle, make_rbm(oracle).sample(NUM_CHAINS, steps=100))


def test_sample_from_an_initial_state_and_means(oracle):
    rbm = make_rbm(oracle)
    start = np.ones((8, 4), "float32")
    samples = np.array(rbm.sample(steps=3, initial=start))
    means = np.array(rbm.sample(steps=3, initial=start, mean=True))
    assert samples.shape == means.shape == (8, 4)
    assert set(np.unique(samples)) <= {0.0, 1.0}
    assert ((means > 0) & (means < 1)).all()


def test_clamped_units_keep_their_values_and_the_others_have_their_conditional(oracle):
    """Two units held, in each chain at other values; 5 standard errors, false alarm below 1e-5."""
    rbm = make_rbm(oracle)
    start = np.zeros((NUM_CHAINS, 4), "float32")
    start[: NUM_CHAINS // 2, 0] = 1.0
    held = np.array([True, False, True, False])
    drawn = np.array(rbm.sample(steps=60, initial=start, clamped=held))
    np.testing.assert_array_equal(drawn[:, held], start[:, held])
    states, p = oracles.distribution(oracle)
    for half, first in ((drawn[: NUM_CHAINS // 2], 1.0), (drawn[NUM_CHAINS // 2 :], 0.0)):
        possible = (states[:, 0] == first) & (states[:, 2] == 0.0)
        for row, probability in zip(states[possible], p[possible] / p[possible].sum(), strict=True):
            found = (half == row).all(axis=1).mean()
            error = np.sqrt(probability * (1 - probability) / len(half))
            assert abs(found - probability) < 5 * error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"clamped": np.ones(4, bool)}, "no initial"),
        ({"clamped": np.ones(4), "initial": np.ones((1, 4))}, "booleans of shape"),
        ({"clamped": np.ones(3, bool), "initial": np.ones((1, 4))}, "booleans of shape"),
    ],
)
def test_clamps_that_do_not_fit_are_refused(oracle, arguments, message):
    with pytest.raises(ValueError, match=message):
        make_rbm(oracle).sample(**arguments)


def test_a_schedule_changes_steps_and_chains_at_its_epochs():
    seen = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            sampler = self.model.sampler
            moved = (np.array(sampler.chains) != 0).any(axis=1).sum()
            seen.append((sampler.steps, int(moved)))

    rbm = RBM(8, seed=0)
    rbm.compile(sampler=PersistentContrastiveDivergence(num_chains=20))
    schedule = SamplerSchedule(steps={0: 1, 2: 3}, active_chains={0: 5, 1: 20})
    x = np.random.default_rng(0).integers(0, 2, (40, 6))
    rbm.fit(x, epochs=3, verbose=0, callbacks=[schedule, Look()])
    assert seen == [(1, 5), (1, 20), (3, 20)]
    for wrong in (SamplerSchedule(active_chains={0: 21}), SamplerSchedule(steps={0: 0})):
        with pytest.raises(ValueError, match="Received"):
            rbm.fit(x, verbose=0, callbacks=[wrong])
    rbm.compile(sampler="cd")
    with pytest.raises(ValueError, match="ContrastiveDivergence has no active_chains"):
        rbm.fit(x, verbose=0, callbacks=[schedule])


@pytest.mark.parametrize(
    "arguments", [{"steps": 0}, {"steps": 1.5}, {"num_chains": 0}, {"restart": 1}]
)
def test_bad_sampler_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match="(at least|from 0 to below) 1. Received"):
        PersistentContrastiveDivergence(**arguments)


def test_unknown_samplers_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="cd, fast_pcd.*Received: 'gibbs'"):
        get("gibbs")


@pytest.mark.parametrize(
    "make",
    [
        lambda: FastPersistentContrastiveDivergence(decay=1.0),
        lambda: FastPersistentContrastiveDivergence(fast_rate=-1),
        lambda: ParallelTempering(num_temperatures=1),
    ],
)
def test_arguments_out_of_range_are_refused(make):
    with pytest.raises(ValueError, match="expects .* Received"):
        make()


def test_chains_belong_to_one_model(digits):
    """Compiled anew, a model keeps its chains; CD has none, so models may share it."""
    for sampler, shared in ((PersistentContrastiveDivergence(5), False), ("cd", True)):
        sampler = samplers.get(sampler)
        models = RBM(4), RBM(4)
        for model in models:
            model.compile(sampler=sampler)
        models[0].fit(digits[0][:20], verbose=0)
        models[0].compile(sampler=sampler)
        with contextlib.nullcontext() if shared else pytest.raises(ValueError, match="of its own"):
            models[1].fit(digits[0][:20], verbose=0)


def test_many_models_are_no_reason_to_warn(caplog):
    """TensorFlow takes functions of many models for one function that is traced over and over."""
    logger = logging.getLogger("tensorflow")
    logger.addHandler(caplog.handler)
    oracle = parameters("bernoulli", "bernoulli")
    for _ in range(6):
        make_rbm(oracle).sample(2, steps=2)
    logger.removeHandler(caplog.handler)
    assert "retracing" not in caplog.text


def test_one_model_takes_masks_of_either_shape(digits):
    """For all chains alike, and for each its own; held units keep their values."""
    rbm, x = RBM(4, seed=1), digits[0][:6]
    rbm.build((None, 64))
    upper = np.arange(64) < 32
    for mask in (upper, np.tile(upper, (6, 1)), upper):
        drawn = np.array(rbm.sample(initial=x, steps=3, clamped=mask))
        np.testing.assert_array_equal(drawn[:, :32], x[:, :32])
