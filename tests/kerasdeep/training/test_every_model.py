"""What every model's step, loop and replicas have in common."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import checks
from tests.kerasdeep.training.models import MODELS, kernel_change, kernel_of


@pytest.fixture(params=MODELS, ids=lambda make: make.__name__)
def case(request):
    return request.param, *MODELS[request.param]


@pytest.mark.parametrize("compiler", [{}, {"jit_compile": True}], ids=["graph", "xla"])
def test_a_loop_of_steps_ends_with_the_weights_of_single_steps(case, compiler):
    """Under one compiler, bit for bit; 11 full batches and a smaller one, 50, 3 or 1 a call."""
    make, x, y = case
    if compiler and make.__name__ == "large_boltzmann_machine":
        compiler = {}  # keras.random.randint, which it draws with, has no form under XLA
    arguments = {"batch_size": 10, "epochs": 2, "shuffle": False, "verbose": 0}
    models = [
        make(**compiler, **chosen) for chosen in ({}, *({"steps_per_execution": n} for n in (3, 1)))
    ]
    for model in models:
        model.fit(x[:115], y if y is None else y[:115], **arguments)
    checks.assert_equal_state(models[0], models[1])
    checks.assert_equal_state(models[0], models[2])


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_updates_keep_their_size_under_mixed_precision(case, policy):
    make, x, y = case
    expected = kernel_change(make(), x, y)
    keras.config.set_dtype_policy(policy)
    try:
        found = kernel_change(make(), x, y)
    finally:
        keras.config.set_dtype_policy("float32")
    assert found == pytest.approx(expected, rel=0.1)


def test_two_replicas_step_as_far_as_one(case):
    """With default arguments; they differ in what they draw, not by a factor of two."""
    make, x, y = case
    expected = kernel_change(make(), x, y)
    # Strategies that follow each other in one process would mix up their collective operations.
    sums = tf.distribute.ReductionToOneDevice()
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], cross_device_ops=sums).scope():
        model = make()
    found = kernel_change(model, x, y)
    assert 0.6 < found / expected < 1.6


def test_a_run_that_is_stopped_after_any_epoch_ends_the_same(case, tmp_path):
    make, x, y = case
    checks.check_resuming(make, x, tmp_path, y)


def test_it_saves_and_goes_on_exactly(case, tmp_path):
    make, x, y = case
    model = make()
    model.fit(x, y, batch_size=50, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), loaded.predict(x, verbose=0))
    for one in (model, loaded):
        one.fit(x, y, batch_size=50, shuffle=False, verbose=0)
    checks.assert_equal_state(model, loaded)


def test_rows_of_no_weight_are_as_good_as_absent(case):
    """In what is reported as in what is learned, beyond the first look at the rows."""
    make, x, y = case
    weight = np.repeat([1.0, 0.0], [10, 10])
    models = [make(), make()]
    for model, other in zip(models, (x[10:20], x[20:30]), strict=True):
        rows = np.concatenate([x[:10], other])
        label = None if y is None else np.concatenate([y[:10], y[10:20]])
        model.initialize_from(x)
        model.fit(
            rows, label, sample_weight=weight, batch_size=20, shuffle=False, epochs=2, verbose=0
        )
    first, second = (np.array(kernel_of(model)) for model in models)
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_metrics_are_means_over_rows_whatever_the_batches(case):
    make, x, y = case
    model = make()
    model.fit(x, y, verbose=0)
    results = [
        model.evaluate(
            x[:33], y if y is None else y[:33], batch_size=size, verbose=0, return_dict=True
        )
        for size in (32, 33)
    ]
    for name, value in results[0].items():
        if name != "correlation_gap":  # of each batch with the machine, not of a row
            assert value == pytest.approx(results[1][name], rel=1e-4), name


def test_a_batch_alone_is_measured_after_any_training(case):
    make, x, y = case
    model = make(steps_per_execution=1)
    if hasattr(model, "stack"):
        model = model.bottom()
    model.fit(x[:95], y if y is None else y[:95], batch_size=10, verbose=0)
    model.reset_metrics()
    logs = model.train_on_batch(x[:10], y if y is None else y[:10], return_dict=True)
    assert all(value != 0 for value in logs.values())
