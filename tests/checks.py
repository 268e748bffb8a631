"""Checks that every trainable model must pass; `tests/kerasdeep/training/test_every_model.py` calls
them for every `Kind` of model.
"""

import csv
import json

import keras
import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf

from kerasdeep.models import DBM
from kerasdeep.training.joint import JointStack
from tests.kinds import assert_equal_arrays, assert_equal_state, weights


def check_loops(traced, numbers=(50, 3, 1), num_rows=115):
    """A loop of steps ends with the weights of single steps, bit for bit, under one compiler.

    Args:
        numbers: how many batches a call; the last number has a program of its own.
        num_rows: rows of an epoch, in batches of ten. Default 115: the last batch is smaller.
    """
    ends = []
    for number in numbers:
        model = traced(steps_per_execution=number)
        if number == numbers[-1]:
            model.make_train_function(force=True)
        rows = traced.kind.rows(0, num_rows)
        model.fit(*rows, batch_size=10, epochs=2, shuffle=False, verbose=0)
        ends.append(weights(model))
    for end in ends[1:]:
        assert_equal_arrays(ends[0], end)


def check_training(traced):
    """Every way to hand over data trains; a metric of the History gets better."""
    kind = traced.kind
    if kind.improves:
        history = traced().fit(*kind.rows(0, 120), batch_size=10, epochs=100, verbose=0).history
        assert history[kind.improves][-1] < 0.9 * history[kind.improves][0]
    rows = kind.rows(0, 120)
    x, *y = kind.rows(0, 100)
    batches = tf.data.Dataset.from_tensor_slices(rows).batch(50)  # the last batch is smaller
    stream = (kind.rows(i % 100, i % 100 + 10) for i in range(0, 200, 10))  # for up to 4 stages
    for data, arguments in (
        ([batches], {}),
        (kind.rows(0, 101), {"batch_size": 100, "sample_weight": np.linspace(0, 1, 101)}),
        ([x.astype("float64"), *y], {"validation_split": 0.2}),
        ([(x > 0.5).astype("uint8"), *y], {}),
        ([x > 0.5, *y], {}),
        ([x.tolist(), *y], {"validation_data": (x[:20].tolist(), *(part[:20] for part in y))}),
        ([stream], {"steps_per_epoch": 5}),
    ):
        logs = traced().fit(*data, verbose=0, **arguments).history
        assert logs
        assert np.isfinite(np.concatenate(list(logs.values()))).all(), logs


def check_sample_weights(traced):
    """Weights count in every way of training and measuring: zero is as good as absent."""
    kind, model = traced.kind, traced()
    weight = np.repeat([1.0, 0.0], [60, 40])
    model.fit(*kind.rows(0, 60), verbose=0)
    whole = model.evaluate(*kind.rows(0, 100), sample_weight=weight, verbose=0, return_dict=True)
    part = model.evaluate(*kind.rows(0, 60), verbose=0, return_dict=True)
    for name, value in whole.items():
        # Pseudo-likelihoods look at other units of the rows; the gap is that of whole batches.
        if not name.endswith(("pseudo_log_likelihood", "correlation_gap", "loss")):
            assert value == pytest.approx(part[name], rel=1e-4), name

    ends = []
    for first in (10, 20):
        rows = [
            np.concatenate(parts)
            for parts in zip(kind.rows(0, 10), kind.rows(first, first + 10), strict=True)
        ]
        model = traced()
        weight = np.repeat([1.0, 0.0], [10, 10])
        model.fit(*rows, sample_weight=weight, batch_size=20, shuffle=False, epochs=2, verbose=0)
        ends.append([np.array(variable) for variable in model.trainable_weights])
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)

    x, *y = kind.rows(0, 100)
    nothing = tf.data.Dataset.from_tensor_slices((x, *(y or [np.zeros(100)]), np.zeros(100)))
    weight = np.repeat([1.0, 0.0], [60, 40])
    model = traced()
    if isinstance(model, JointStack):
        model.join(kind.x)  # which adds up biases
    start = [np.array(variable) for variable in model.trainable_weights]
    validation = x, *(y or [None]), weight
    assert model.fit(nothing.batch(32), validation_data=validation, verbose=0).history
    for before, variable in zip(start, model.trainable_weights, strict=True):
        # Biases of upper layers start from data; what a regularizer does, it does.
        starts_from_data = variable.name == "visible_bias" or "transposed" in variable.path
        if not starts_from_data and variable.regularizer is None:
            np.testing.assert_array_equal(before, variable)
    if not y:
        with pytest.raises(ValueError, match="class_weight needs labels"):
            traced().fit(kind.x, class_weight={0: 1.0}, verbose=0)


def check_evaluate(traced, draws=False):
    """`evaluate` gives the same numbers twice, and for any batch size, and changes nothing.

    Args:
        draws: whether the model's metrics are of what it draws. Default False.
    """
    kind, model = traced.kind, traced()
    model.fit(*kind.rows(0, 100), verbose=0)
    before = weights(model)
    results = [
        model.evaluate(*kind.rows(0, 33), batch_size=size, verbose=0, return_dict=True)
        for size in (32, 32, 33, 7)
    ]
    objectives = (
        *("cross_entropy", "pseudo_log_likelihood", "log_likelihood", "lower_bound"),
        "correlation_gap",
        *("reconstruction_loss", "squared_error", "generator_loss"),
    )
    objective = next(n for n in objectives if any(name.endswith(n) for name in results[0]))
    total = sum(value for name, value in results[0].items() if name.endswith(objective))
    total += sum(value for name, value in results[0].items() if name.endswith("penalty"))
    if objective == "squared_error":  # of the highest block
        total = [value for name, value in results[0].items() if name.endswith(objective)][-1]
    expected = -total if objective.endswith(("likelihood", "bound")) else total
    assert results[0]["loss"] == pytest.approx(expected, rel=1e-6)
    if draws:
        return
    assert results[0] == results[1]
    for name, value in results[0].items():
        if name not in ("correlation_gap", "penalty", "loss"):  # of a batch, not of a row
            for other in results[2:]:
                assert value == pytest.approx(other[name], rel=1e-4), name
    assert_equal_arrays(before, weights(model))


def check_a_batch_alone(traced):
    """It is measured after any training, though loops measure one batch of ten."""
    model, kind = alone(traced()), traced.kind
    model.fit(*kind.rows(0, 95), batch_size=10, verbose=0)
    model.reset_metrics()
    logs = model.train_on_batch(*kind.rows(0, 10), return_dict=True)
    assert all(value != 0 for name, value in logs.items() if name != "penalty")


def alone(model):
    """Returns what trains on a batch alone: the model, or the lowest layer of a greedy stack."""
    return model if isinstance(model, JointStack) else model.bottom()


def check_saving(traced, folder):
    """A loaded model predicts the same and goes on training as the one that was saved."""
    kind, model = traced.kind, traced()
    x, *y = kind.rows(0, 120)
    model.fit(x, *y, batch_size=50, epochs=2, verbose=0)
    model.save(folder / "model.keras")
    model.save_weights(folder / "model.weights.h5")
    loaded = keras.models.load_model(folder / "model.keras")
    predicted = model.predict(x, verbose=0)
    np.testing.assert_array_equal(predicted, loaded.predict(x, verbose=0))
    assert_equal_state(model, loaded)
    for one in (model, loaded):
        one.fit(x, *y, batch_size=50, epochs=2, shuffle=False, verbose=0)
    assert_equal_state(model, loaded)

    fresh = kind.make()
    fresh.build((None, *x.shape[1:]))
    fresh.load_weights(folder / "model.weights.h5")
    np.testing.assert_array_equal(predicted, fresh.predict(x, verbose=0))
    copy = type(model).from_config(model.get_config())
    assert copy.get_config() == model.get_config()


def check_resuming(traced, folder):
    """Stopped after every epoch and resumed by another process, it ends with the same weights.

    Another process is a new model under another global seed; all that reaches it is the backup.
    """
    kind, whole = traced.kind, traced()
    arguments = {"batch_size": 50, "epochs": 2, "shuffle": False, "verbose": 0}
    rows = kind.rows(0, 120)
    epochs = len(whole.fit(*rows, **arguments).epoch)
    for stop in range(1, epochs + 1):
        callbacks = [keras.callbacks.BackupAndRestore(str(folder / "backup")), Stop(stop)]
        resumed = kind.make()
        if stop < epochs:
            with pytest.raises(KeyboardInterrupt):
                resumed.fit(*rows, callbacks=callbacks, **arguments)
            keras.utils.set_random_seed(100 + stop)
    assert resumed.fit(*rows, callbacks=callbacks, **arguments).epoch == [epochs - 1]
    assert_equal_state(whole, resumed)


class Stop(keras.callbacks.Callback):
    """Interrupts a training at the beginning of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


def check_prediction(traced):
    """In batches, never more than one in memory; of whole numbers, booleans and doubles too."""
    kind, model = traced.kind, traced()
    ones = (kind.x[:40] > 0.5).astype("float32")
    expected = model.predict(ones, verbose=0)
    for number in ("uint8", "int64", "bool", "float64"):
        found = model.predict(ones.astype(number), verbose=0)
        np.testing.assert_allclose(found, expected, atol=1e-6)
        np.testing.assert_allclose(model(ones.astype(number)), expected, atol=1e-6)
    seen, other = [], kind.make()
    other.build((None, *ones.shape[1:]))
    original = other.call
    other.call = lambda inputs, **_: (seen.append(inputs.shape[0]), original(inputs))[1]
    other.run_eagerly = True
    predicted = other.predict(ones, batch_size=16, verbose=0)
    np.testing.assert_allclose(predicted, other(ones), atol=1e-6)
    assert max(seen[:-1]) <= 16


def check_bad_input(traced):
    """Data that the model cannot have is refused, says why, and leaves the weights alone."""
    kind, model = traced.kind, traced()
    x, *y = kind.rows(0, 120)
    model.fit(x, *y, verbose=0)
    before = weights(model)
    nan, infinite = x.copy(), x.copy()
    nan.reshape(120, -1)[3, 4] = np.nan
    infinite.reshape(120, -1)[3, 4] = np.inf
    streamed = tf.data.Dataset.from_tensor_slices((nan, *y)).batch(2)
    rare = np.concatenate([*[x] * 30, nan]), *(np.concatenate([part] * 31) for part in y)
    for bad, reason in (
        ([nan, *y], "Received: min=nan"),
        ([infinite, *y], "max=inf"),
        ([streamed], "min=nan"),
        ([tf.data.Dataset.from_tensor_slices(rare).batch(500)], "min=nan"),
        ([x[..., :-1], *y], f"expects rows of {x.shape[-1]} values|at least one row"),
        ([x[:, None], *y], "Flatten images|Grey images"),
        ([x[:0], *(part[:0] for part in y)], "at least one row"),
        ([x.astype(str), *y], "expects numbers"),
    ):
        with pytest.raises(ValueError, match=reason):
            model.fit(*bad, verbose=0)
    for bad, reason in (
        (None, "expects data. Received: x=None"),
        ({"a": x}, "has one input. Received: a dict"),
        (scipy.sparse.csr_matrix(x.reshape(120, -1)), "expects dense data"),
    ):
        for ask in (model.fit, model.evaluate, model.predict):
            with pytest.raises(ValueError, match=reason):
                ask(bad, verbose=0)
    for weight in (-np.ones(120), np.zeros(120), np.full(120, np.nan), np.full(120, "one")):
        for ask in (model.fit, model.evaluate):
            with pytest.raises(ValueError, match="expects sample weights of at least 0"):
                ask(x, *y, sample_weight=weight, verbose=0)
        with pytest.raises(ValueError, match="expects sample weights of at least 0"):
            model.fit(x, *y, validation_data=(x, *(y or [None]), weight), verbose=0)
    uncompiled = type(model).from_config(model.get_config() | {"name": "uncompiled"})
    if not uncompiled.compiled:
        for ask in (uncompiled.fit, uncompiled.evaluate):
            with pytest.raises(ValueError, match="must call `compile"):
                ask(x, *y, verbose=0)
    with pytest.raises(ValueError, match="min=nan"):
        model.fit(x, *y, validation_data=(nan, *y), verbose=0)
    with pytest.raises(ValueError, match="min=nan"):
        model.evaluate(nan, *y, verbose=0)
    for bad, reason in ((x[..., :-1], "expects rows of"), (x[:, None], "Flatten|Grey images")):
        with pytest.raises(ValueError, match=reason):
            model.predict(bad, verbose=0)
    for compiles in (False, True):
        model.jit_compile, model.predict_function = compiles, None
        with pytest.raises(ValueError, match="min=nan"):
            model.predict(nan, verbose=0)
    model.jit_compile, model.predict_function = False, None
    assert_equal_arrays(before, weights(model))
    model.evaluate(x, *y, verbose=0)
    for look in (model.test_on_batch, alone(model).train_on_batch):
        with pytest.raises(ValueError, match="min=nan"):
            look(nan, *y)
    streamed = tf.data.Dataset.from_tensor_slices((x, *y)).batch(50)
    with pytest.raises(ValueError, match="sample_weight"):  # Keras's sentence
        model.evaluate(streamed, sample_weight=np.ones(120), verbose=0)


def check_what_keras_users_ask(traced, folder):
    """Shapes, symbols, a summary with a row for each layer, Keras's own export; plain refusals."""
    model, x = traced(), traced.kind.x
    model.fit(*traced.kind.rows(0, 120), verbose=0)
    (symbol,), (output,) = model.inputs, model.outputs
    assert symbol.shape == model.input_shape and output.shape == model.output_shape
    functional = keras.Model(model.inputs, keras.layers.Flatten()(output))
    expected = model.predict(x[:4], verbose=0)
    np.testing.assert_allclose(functional([x[:4]]), expected.reshape(4, -1), atol=1e-6)
    lines = []
    model.summary(print_fn=lambda text, **_: lines.append(text), line_length=120)
    for layer in getattr(model, "stack", [model]):
        assert f"{layer.name} ({type(layer).__name__})" in lines[0]
    json.dumps(model.get_build_config())
    model.export(folder / "exported", verbose=False)
    served = tf.saved_model.load(str(folder / "exported"))
    np.testing.assert_allclose(served.serve(x[:4]), expected, atol=1e-6)
    with pytest.raises(ValueError, match="keeps its weights in float32"):
        model.quantize("int8")
    with pytest.raises(ValueError, match="ends in .keras"):
        model.save(folder / "model.h5")
    assert not (folder / "model.h5").exists()


def check_callbacks(traced, folder):
    """Callbacks of Keras, as they are, do what they do for a stack of `Dense` layers.

    Of a stack of models, for the layer in training: where one stops, the next one begins.
    """
    model = traced()
    layers = model.stages() if hasattr(model, "stages") else [model]
    if hasattr(model, "discriminator_optimizer"):  # which such callbacks leave alone
        model.discriminator_optimizer.learning_rate = 0.0
    history = model.fit(
        *traced.kind.rows(0, 120),
        epochs=9,
        shuffle=False,
        validation_data=traced.kind.rows(0, 60),
        callbacks=[
            keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.0),
            keras.callbacks.ReduceLROnPlateau(),
            keras.callbacks.EarlyStopping(),
            keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
            keras.callbacks.CSVLogger(folder / "log.csv"),
        ],
        verbose=0,
    )
    assert history.epoch == list(range(2 * len(layers)))  # nothing gets better at a rate of 0
    assert history.history["learning_rate"] == [0.0] * len(history.epoch)
    assert_equal_arrays(
        keras.models.load_model(folder / "best.keras").trainable_weights, model.trainable_weights
    )
    with (folder / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    for name, values in history.history.items():
        if name != "learning_rate":
            logged = [float(row[name]) for row in rows if row[name] != "NA"]
            np.testing.assert_allclose(logged, values, rtol=1e-6)


def check_users_metrics(kind, folder):
    """A user's metrics compare rows with what is made, or labels with probabilities."""
    x, *y = kind.rows(0, 50)
    labels = y and y[0].ndim == 1
    names = "accuracy" if labels else "mae"
    model = kind.make(metrics=[names, keras.metrics.MeanMetricWrapper(ones, name="one")])
    history = model.fit(x, *y, validation_data=(x, *y), verbose=0).history
    assert {f"val_{n}" for n in history if n.endswith((names, "one")) and n[:4] != "val_"} < set(
        history
    )
    found = model.evaluate(x, *y, verbose=0, return_dict=True)
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    assert loaded.evaluate(x, *y, verbose=0, return_dict=True) == found
    assert loaded.evaluate(x, *y, verbose=0)[0] == found["loss"]
    bottom = alone(model)
    prefix = "" if bottom is model else model.log_prefix(0)
    if labels:
        known = y[0] >= 0
        expected = (np.argmax(probabilities(bottom, x), axis=1) == y[0])[known].mean()
    else:
        expected = np.abs((y[0] if y else x) - bottom.reconstruct(x)).mean()
    assert found[prefix + names] == pytest.approx(expected, rel=1e-5)
    assert found[prefix + "one"] == pytest.approx(1)


def probabilities(model, x):
    """Returns what a model that learns from labels reports its accuracy of."""
    if isinstance(model, DBM):
        return model.infer(x)[-1]
    for name in ("class_probabilities", "scores"):
        if hasattr(model, name):
            return getattr(model, name)(x)
    return model.predict(x, verbose=0)


@keras.saving.register_keras_serializable("tests")
def ones(target, prediction):
    return keras.ops.ones_like(target)


def check_divergence(traced):
    """Training that turns NaN stops and names the likely cause."""
    model = traced()
    model.bottom().optimizer.learning_rate = 3e38
    with pytest.raises(FloatingPointError, match="learning rate, now 3e\\+38"):
        model.fit(*traced.kind.rows(0, 120), epochs=20, verbose=0)


def check_precision(kind, expected):
    """Under mixed precision energies and metrics stay float32, and updates keep their size.

    Args:
        expected: `kernel_change` in float32.
    """
    for policy in ("mixed_bfloat16", "mixed_float16"):
        keras.config.set_dtype_policy(policy)
        try:
            model = kind.make()
            assert kernel_change(model, kind) == pytest.approx(expected, rel=0.05)
        finally:
            keras.config.set_dtype_policy("float32")
        assert dtype_of(model(kind.x[:5])) == policy.removeprefix("mixed_")
        bottom = model.bottom()
        asked = [name for name in ("free_energy", "reconstruct") if hasattr(bottom, name)]
        for tensor in (*model.weights, *(getattr(bottom, name)(kind.x[:5]) for name in asked)):
            assert dtype_of(tensor) == "float32"


def dtype_of(tensor):
    return keras.backend.standardize_dtype(tensor.dtype)


def kernel_change(model, kind):
    """Returns how far the kernel of the layer that sees the data moves in one update."""
    model.initialize_from(kind.x)
    kernel = getattr(model.bottom(), "joint", model.bottom()).trainable_weights[0]
    start = np.array(kernel)
    logs = model.fit(*kind.rows(0, 60), batch_size=60, shuffle=False, verbose=0).history
    assert np.isfinite(np.concatenate(list(logs.values()))).all(), logs
    return np.linalg.norm(np.array(kernel) - start)
