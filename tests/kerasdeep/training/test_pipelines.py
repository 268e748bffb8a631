"""Nothing waits for tf.data's tuning thread, whatever data comes as; batches are joined rightly."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.backend import pipelines
from kerasdeep.backend.arrays import ArrayBatches
from kerasdeep.models import RBM

X = np.arange(250, dtype="float32").reshape(50, 5) / 250


def endless():
    while True:
        yield (X[:10],)


@pytest.fixture
def tuned(monkeypatch):
    """Records for every data set that a model iterates over whether it is tuned on the way."""
    seen = []

    def record(self, dataset, options=None):
        found = original(self, dataset, options)
        if isinstance(found, tf.data.Dataset):
            seen.append(found.options().autotune.enabled)
        return found

    original = pipelines.QuietPipelines.experimental_distribute_dataset
    monkeypatch.setattr(pipelines.QuietPipelines, "experimental_distribute_dataset", record)
    return seen


def test_no_iterator_of_a_model_is_tuned(tuned):
    rbm = RBM(3)
    rbm.compile()
    batches = tf.data.Dataset.from_tensor_slices(X).batch(10)
    rbm.fit(X, validation_split=0.2, verbose=0)
    rbm.fit(X, validation_data=X, verbose=0)
    rbm.fit(batches, validation_data=batches, verbose=0)
    rbm.fit(endless(), steps_per_epoch=3, validation_data=batches, verbose=0)
    rbm.evaluate(X, verbose=0)
    rbm.predict(X, verbose=0)
    rbm.predict(batches, verbose=0)
    assert len(tuned) >= 10 and set(tuned) == {False}


def test_what_a_user_asks_of_a_pipeline_stays(tuned):
    rbm = RBM(3)
    rbm.compile()
    options = tf.data.Options()
    options.autotune.enabled = True
    options.deterministic = False
    batches = tf.data.Dataset.from_tensor_slices(X).batch(10)
    rbm.fit(batches.with_options(options), verbose=0)
    assert tuned == [True]
    untold = tf.data.Options()
    untold.deterministic = False
    assert (
        pipelines.without_autotuning(batches.with_options(untold)).options().deterministic is False
    )


def test_array_batches_are_every_row_once_in_a_new_order_each_time():
    batches = ArrayBatches((X, np.arange(50), None), 8, shuffle=True)
    passes = []
    for _ in range(2):
        one, rows = iter(batches), []
        while True:
            data, number = one.take(4)
            if number == 0:
                break
            assert data[2] is None
            np.testing.assert_array_equal(data[0], X[data[1].numpy()])
            assert len(data[1]) in (8 * number, 2)
            rows += data[1].numpy().tolist()
        assert sorted(rows) == list(range(50))
        passes.append(rows)
    assert passes[0] != passes[1]
    assert int(batches.dataset().cardinality()) == 7


def test_batches_of_another_size_are_not_joined():
    stream = pipelines.Gatherer(iter([X[:10], X[10:20], X[20:23], X[23:33]]))
    found = [stream.take(5) for _ in range(4)]
    assert [number for _, number in found] == [2, 1, 1, 0]
    np.testing.assert_array_equal(np.concatenate([data for data, _ in found[:3]]), X[:33])


def test_memory_of_joined_batches_is_bounded(monkeypatch):
    monkeypatch.setattr(pipelines, "MAX_GATHERED", 3 * X[:10].nbytes)
    stream = pipelines.Gatherer(iter([X[:10]] * 8))
    assert [stream.take(50)[1] for _ in range(4)] == [3, 3, 2, 0]
    assert iter(ArrayBatches((X,), 10, shuffle=False)).take(50)[1] == 3


class EveryCall(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.start = int(self.model.optimizer.iterations)

    def on_epoch_end(self, epoch, logs=None):
        assert int(self.model.optimizer.iterations) - self.start == 7


def test_an_epoch_of_an_endless_stream_takes_its_steps_and_no_more():
    rbm = RBM(3)
    rbm.compile(steps_per_execution=5)
    rbm.fit(endless(), steps_per_epoch=7, epochs=3, verbose=0, callbacks=[EveryCall()])
    rbm.compile()
    rbm.fit(endless(), steps_per_epoch=7, epochs=2, verbose=0, callbacks=[EveryCall()])


def test_rows_that_fill_a_program_are_not_learned_from_or_measured():
    """Under XLA eight batches follow a call of fifty; weights and metrics see the eight alone."""
    x = np.random.default_rng(0).random((580, 5)).astype("float32")
    results = []
    for arguments in ({}, {"steps_per_execution": 1}):
        rbm = RBM(3, seed=1)
        rbm.compile(jit_compile=True, **arguments)
        results.append(rbm.fit(x, batch_size=10, shuffle=False, epochs=2, verbose=0).history)
    for name, value in results[0].items():
        assert value == pytest.approx(results[1][name], rel=1e-5), name
