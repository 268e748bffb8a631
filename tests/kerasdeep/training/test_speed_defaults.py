"""What `fit` does on its own to be fast, and that nobody has to know of it."""

import keras
import numpy as np
import pytest

from kerasdeep.models import RBM
from kerasdeep.training.loop import batches_per_call
from tests.kinds import assert_equal_state
from tests.replicas import two_devices


def make(**kwargs):
    rbm = RBM(20, seed=1)
    rbm.compile(keras.optimizers.SGD(0.1, momentum=0.9), "pcd", **kwargs)
    return rbm


class EveryBatch(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(batch)


class EveryEpoch(keras.callbacks.Callback):
    pass


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        ([], 50),
        ([EveryEpoch(), keras.callbacks.ModelCheckpoint("x.keras")], 50),
        ([EveryBatch()], 1),
        ([keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)], 1),
        ([keras.callbacks.ModelCheckpoint("x.keras", save_freq=7)], 1),
        ([keras.callbacks.TensorBoard("x", update_freq="batch")], 1),
    ],
)
def test_a_call_takes_as_many_batches_as_nobody_minds(callbacks, expected):
    assert batches_per_call(callbacks) == expected


@pytest.mark.parametrize(
    ("num_batches", "expected"), [(4, 4), (50, 50), (75, 40), (600, 50), (541, 50), (85, 30)]
)
def test_the_progress_bar_ends_near_the_end_of_the_epoch(num_batches, expected):
    """It counts calls; calls begin at multiples of ten, where batches are measured."""
    assert batches_per_call([], num_batches) == expected


def test_the_weights_are_those_of_one_batch_a_call(digits):
    """In fit, in steps_per_epoch of an endless set, and beside a callback that sees each batch."""
    x = digits[0][:230]
    models = [make(), make(steps_per_execution=1), make()]
    watch = EveryBatch()
    for model, callbacks in zip(models, ([], [], [watch]), strict=True):
        model.fit(x, batch_size=10, epochs=2, shuffle=False, verbose=0, callbacks=callbacks)
    assert watch.seen == list(range(23)) * 2
    assert_equal_state(models[0], models[1])
    assert_equal_state(models[0], models[2])
    for model in models:
        batches = (x[i : i + 10] for i in range(0, 200, 10))
        model.fit(((batch,) for batch in batches), steps_per_epoch=7, epochs=2, verbose=0)
        assert int(model.optimizer.iterations) == 46 + 14
    assert_equal_state(models[0], models[1])
    assert models[0].steps_per_execution == 1


def test_evaluate_keeps_to_its_steps(digits):
    batches = [digits[0][i : i + 10] for i in range(0, 300, 10)]

    def endless():
        while True:
            for batch in batches:
                yield (batch,)

    model = make()
    model.fit(digits[0][:100], verbose=0)
    whole = model.evaluate(np.concatenate(batches[:7]), verbose=0, return_dict=True)
    steps = model.evaluate(endless(), steps=7, verbose=0, return_dict=True)
    assert steps["free_energy"] == pytest.approx(whole["free_energy"], rel=1e-5)


def test_training_metrics_are_an_unbiased_sample_of_the_rows(digits):
    """A frozen model (rate 0) reports in `fit` what it reports in `evaluate`, up to the spread of
    the rows: within 4.5 standard errors of 100 of 1,000 rows."""
    x = digits[0]
    model = make()
    model.compile(keras.optimizers.SGD(0.0))
    reported = model.fit(x, batch_size=50, verbose=0).history["free_energy"][0]
    energies = np.array(model.free_energy(x))
    assert abs(reported - energies.mean()) < 4.5 * energies.std() / np.sqrt(100)


def test_products_in_bfloat16_learn_as_well_as_in_float32(digits):
    """Pseudo-likelihood within the spread over seeds, 4 standard deviations of 4 seeds each."""
    x = digits[0]
    values = {}
    for policy in ("float32", "mixed_bfloat16"):
        values[policy] = []
        for seed in range(4):
            rbm = RBM(30, seed=seed, dtype=policy)
            rbm.compile(keras.optimizers.SGD(0.05, momentum=0.9))
            rbm.fit(x, batch_size=20, epochs=10, shuffle=False, verbose=0)
            result = rbm.evaluate(x, verbose=0, return_dict=True)
            values[policy].append(result["pseudo_log_likelihood"])
    spread = max(np.std(v) for v in values.values())
    assert abs(np.mean(values["float32"]) - np.mean(values["mixed_bfloat16"])) < 4 * spread


def test_the_loop_of_many_steps_is_that_of_several_devices_too(digits):
    """Thirty batches, one call."""
    with two_devices().scope():
        rbm = make()
    calls = []
    rbm.fit(digits[0][:40], batch_size=10, verbose=0)
    program = rbm.train_function.program
    rbm.train_function.program = lambda *arguments: calls.append(1) or program(*arguments)
    rbm.fit(digits[0][:300], batch_size=10, verbose=0)
    assert len(calls) == 1
