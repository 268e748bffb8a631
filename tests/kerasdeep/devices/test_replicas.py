"""Two devices that train one model: together they do what one would do."""

import contextlib
import inspect
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep import backend
from kerasdeep.energies import gibbs
from kerasdeep.layers import Dropout
from kerasdeep.models import (
    RBM,
    ConvolutionalRBM,
    HopfieldNetwork,
    Perceptron,
)
from tests import replicas
from tests.kerasdeep.devices.classifiers import KINDS as CLASSIFIERS
from tests.kerasdeep.training.models import KINDS, X, Y
from tests.kinds import Traced


@pytest.mark.parametrize("kind", [*KINDS, *CLASSIFIERS], ids=lambda kind: kind.make.__name__)
def test_two_devices_end_where_one_does_given_the_random_numbers(kind, close):
    replicas.check_one_result(kind, close)


@pytest.mark.parametrize("what", ["uniform", "normal", "dropout"])
def test_replicas_draw_different_numbers(what):
    """Of 10,000 numbers on each, uncorrelated; false alarm 6e-7."""
    strategy = replicas.two_devices()
    with strategy.scope():
        seed, dropout = keras.random.SeedGenerator(0), Dropout(0.5, seed=0)
    draws = {
        "uniform": lambda: backend.uniform((10_000,), seed),
        "normal": lambda: backend.normal((10_000,), seed),
        "dropout": lambda: dropout(tf.ones(10_000), training=True),
    }
    drawn = tf.function(lambda: strategy.run(draws[what]))()
    first, second = map(np.array, strategy.experimental_local_results(drawn))
    assert first.std() > 0
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / math.sqrt(10_000)


@pytest.mark.parametrize("sampler", ["pcd", "fast_pcd", "parallel_tempering"])
def test_chains_of_two_replicas_are_independent(sampler):
    """Fair coins at first: 600 of one half agree with those of the other by chance alone.

    Within 5 standard errors, false alarm 6e-7; chains with the same numbers agree always.
    """
    with replicas.two_devices().scope():
        rbm = RBM(12, kernel_initializer="zeros", seed=0)
        rbm.compile(keras.optimizers.SGD(0.0), sampler)
    rbm.fit(X[:20], batch_size=20, verbose=0)
    # Of tempering the highest temperature's last, all of a temperature together.
    chains = np.array(rbm.sampler.chains)[-100:]
    agree = np.mean(chains[:50] == chains[50:])
    assert abs(agree - 0.5) < 5 * 0.5 / math.sqrt(600)


@pytest.mark.parametrize("many_weights", [0, 10**9], ids=["large", "small"])
def test_models_of_two_devices_draw_and_answer(many_weights, monkeypatch):
    """As large ones do, whose chains XLA would compile on one device, and as small ones."""
    monkeypatch.setattr(gibbs, "MANY_WEIGHTS", many_weights)
    drawing = [kind for kind in KINDS if hasattr(Traced(kind)(), "sample")]
    assert len(drawing) > 10
    for kind in drawing:
        with replicas.two_devices().scope():
            model = kind.make()
        model.initialize_from(kind.x)
        steps = {"steps": 3} if "steps" in inspect.signature(model.sample).parameters else {}
        start = {"initial": kind.x[:4]} if isinstance(model, ConvolutionalRBM) else {}
        drawn = np.array(model.sample(4, **steps, **start))
        assert len(drawn) == 4 and np.isfinite(drawn).all()
        if hasattr(model, "free_energy"):
            assert np.isfinite(np.array(model.free_energy(kind.x[:5]))).all()


@pytest.mark.parametrize("name", ["gaussian_rbm", "dbn"])
def test_two_devices_learn_the_same_on_average(name):
    """Norms of the kernel after 18 updates, 25 seeds on each; false alarm below 1e-4."""
    (kind,) = [kind for kind in KINDS if kind.make.__name__ == name]
    means, errors = [], []
    for scope in (contextlib.nullcontext(), replicas.two_devices().scope()):
        with scope:
            make = Traced(kind)
            make()
        norms = []
        for seed in range(25):
            model = make()
            for layer in getattr(model, "stack", [model]):
                layer.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)
            model.fit(kind.x, batch_size=20, epochs=3, shuffle=False, verbose=0)
            norms.append(np.linalg.norm(model.bottom().kernel))
        means.append(np.mean(norms))
        errors.append(np.std(norms, ddof=1) / math.sqrt(len(norms)))
    assert min(errors) > 0
    assert abs(means[0] - means[1]) < 4.5 * math.hypot(*errors)


def test_a_model_goes_on_with_another_number_of_devices(tmp_path):
    """What is saved by two devices is what one has, and the other way round."""
    kind = next(kind for kind in KINDS if kind.make.__name__ == "gaussian_rbm")
    with replicas.given_numbers():
        model, _ = replicas.trained(kind, replicas.two_devices().scope())
        model.save(tmp_path / "model.keras")
        with contextlib.nullcontext():
            alone = keras.saving.load_model(tmp_path / "model.keras")
        for one in (model, alone):
            one.fit(*kind.rows(0, 50), batch_size=25, shuffle=False, verbose=0)
    for one, other in zip(replicas.weights(model), replicas.weights(alone), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("model", [Perceptron, HopfieldNetwork])
def test_what_learns_row_by_row_is_refused(model):
    with replicas.two_devices().scope():
        learner = model()
    rows = np.where(X[:20] > 0.5, 1.0, -1.0).astype("float32")
    labels = [Y[:20] > 4] if model is Perceptron else []
    with pytest.raises(ValueError, match=f"{model.__name__} learns on one device"):
        learner.fit(rows, *labels, verbose=0)
    with pytest.raises(ValueError, match=f"{model.__name__} learns on one device"):
        learner.train_on_batch(rows, *labels)


def test_rows_that_were_shared_out_are_refused():
    strategy = replicas.two_devices()
    with strategy.scope():
        rbm = RBM(3)
        rbm.compile()
    rows = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(X).batch(20))
    with pytest.raises(ValueError, match="RBM gives each device its rows itself"):
        rbm.fit(rows, verbose=0)


def test_what_a_user_hands_over_is_trained_on(close):
    """Arrays, data sets, generators, single batches and eager steps; loops of many steps too."""
    with replicas.given_numbers():
        found = []
        for arguments in ({}, {"steps_per_execution": 3}, {"run_eagerly": True}):
            with replicas.two_devices().scope():
                rbm = made(**arguments)
            rows = tf.data.Dataset.from_tensor_slices(X).batch(32) if arguments else X
            rbm.fit(rows, batch_size=None if arguments else 32, shuffle=False, verbose=0)
            generator = ((X[start:][:8],) for start in range(0, 80, 8))
            rbm.fit(generator, steps_per_epoch=2, verbose=0)
            rbm.train_on_batch(X[:7])
            found.append(np.array(rbm.kernel))
    for kernel in found[1:]:
        close("ways to hand over rows", kernel, found[0], 1e-6)


def made(optimizer="sgd", **arguments):
    rbm = RBM(5, seed=0)
    rbm.compile(optimizer, "pcd", **arguments)
    return rbm


OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(1e-2),
    "clipnorm": lambda: keras.optimizers.SGD(0.5, clipnorm=0.01),
    "global_clipnorm": lambda: keras.optimizers.SGD(0.5, global_clipnorm=0.01),
    "clipvalue": lambda: keras.optimizers.SGD(0.5, clipvalue=1e-3),
    "weight_decay": lambda: keras.optimizers.AdamW(1e-2),
    "averages": lambda: keras.optimizers.SGD(0.05, use_ema=True, ema_overwrite_frequency=None),
    "scaled": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_sees_the_gradient_of_all_rows(name, close):
    """Of what is clipped, and looked at for infinity, too."""
    kernels = []
    with replicas.given_numbers():
        for scope in (contextlib.nullcontext(), replicas.two_devices().scope()):
            with scope:
                rbm = made(OPTIMIZERS[name]())
            rbm.fit(X[:50], batch_size=25, shuffle=False, epochs=2, verbose=0)
            kernels.append(np.array(rbm.kernel))
    replicas.check_alike_everywhere(rbm)
    close("optimizers on two replicas", kernels[1], kernels[0], 1e-6)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"gradient_accumulation_steps": 2}, "gradient_accumulation_steps"),
        ({"use_ema": True, "ema_overwrite_frequency": 2}, "ema_overwrite_frequency"),
    ],
)
def test_what_keras_cannot_do_on_several_devices_is_named(arguments, named):
    with replicas.two_devices().scope():
        rbm = made(keras.optimizers.SGD(**arguments))
    with pytest.raises(ValueError, match=f"on several devices. Received: {named}"):
        rbm.fit(X, verbose=0)


def test_a_model_may_be_compiled_and_built_outside_of_its_scope():
    """Whatever it does first there; every step counts once."""
    firsts = {
        "fit": lambda rbm: rbm.fit(X[:20], batch_size=20, verbose=0),
        "train_on_batch": lambda rbm: rbm.train_on_batch(X[:20]),
        "call": lambda rbm: (rbm(X[:3]), rbm.train_on_batch(X[:20])),
        "evaluate": lambda rbm: (rbm.evaluate(X[:20], verbose=0), rbm.train_on_batch(X[:20])),
    }
    for name, first in firsts.items():
        with replicas.two_devices().scope():
            rbm = RBM(5, seed=0)
        rbm.compile("adam", "pcd")
        first(rbm)
        rbm.fit(X[:60], batch_size=20, verbose=0)
        assert np.array(rbm.optimizer.iterations) == 4, name
        replicas.check_alike_everywhere(rbm)


def test_what_was_made_outside_of_a_scope_is_refused_within():
    outside, strategy = made(), replicas.two_devices()
    for act in (
        lambda: outside.fit(X, verbose=0),
        lambda: outside.train_on_batch(X),
        lambda: outside.evaluate(X, verbose=0),
    ):
        with strategy.scope(), pytest.raises(ValueError, match="RBM was made outside of the scope"):
            act()
    optimizer = keras.optimizers.Adam()
    with strategy.scope():
        rbm = made(optimizer)
    with pytest.raises(ValueError, match="expects an optimizer that was made in the scope"):
        rbm.fit(X, verbose=0)


class Asking(keras.callbacks.Callback):
    """Asks the model in the midst of its training."""

    def on_epoch_begin(self, epoch, logs=None):
        assert self.model.predict(X[:9], verbose=0).shape == (9, 5)
        assert self.model.predict_on_batch(X[:9]).shape == (9, 5)
        self.measured = self.model.evaluate(X[:9], verbose=0, return_dict=True)


def test_a_callback_may_ask_the_model():
    with replicas.two_devices().scope():
        rbm = made()
    asking = Asking()
    rbm.fit(X, validation_data=X[:9], epochs=2, verbose=0, callbacks=[asking])
    assert asking.measured["reconstruction_error"] > 0
    np.testing.assert_allclose(rbm.predict(X[:9], verbose=0), rbm(X[:9]), atol=1e-6)
