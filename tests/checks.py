"""Checks that every trainable model must pass; a test calls them with a function that makes one.

`make()` returns an unbuilt, compiled model; `x` is data that it can be trained on.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf


def weights(model):
    """Returns everything that a model and its training carry on, as one flat list of arrays."""
    parts = [model, *getattr(model, "rbms", [])]
    arrays = [np.array(weight) for part in parts for weight in part.weights]
    for part in parts:
        for extra in (getattr(part, "optimizer", None), getattr(part, "sampler", None)):
            arrays += [np.array(variable) for variable in getattr(extra, "variables", [])]
        if hasattr(part, "seed_generator"):
            arrays.append(np.array(part.seed_generator.state))
    return arrays


def assert_equal_state(first, second):
    first, second = weights(first), weights(second)
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def check_training(make, x, improves):
    """Every way to hand over data trains; a metric of the History gets better."""
    model = make()
    history = model.fit(x, batch_size=10, epochs=20, verbose=0).history
    assert history[improves][-1] < 0.9 * history[improves][0]

    for data, arguments in (
        (tf.data.Dataset.from_tensor_slices(x).batch(60), {}),  # the last batch is smaller
        (x[:101], {"batch_size": 100, "sample_weight": np.linspace(0, 1, 101)}),
        (x[:100].astype("float64"), {"validation_split": 0.2}),
        ((x[:100] > 0.5).astype("uint8"), {}),
        (x[:100] > 0.5, {}),
        (((x[i : i + 10],) for i in range(0, 200, 10)), {"steps_per_epoch": 10}),
    ):
        logs = make().fit(data, verbose=0, **arguments).history
        assert logs
        assert np.isfinite(list(logs.values())).all(), logs


def check_sample_weights(make, x):
    """Weights count in every way of training and measuring: zero is as good as absent."""
    weight = np.repeat([1.0, 0.0], [60, 40])
    model = make()
    model.fit(x[:60], verbose=0)
    whole = model.evaluate(x[:100], sample_weight=weight, verbose=0, return_dict=True)
    part = model.evaluate(x[:60], verbose=0, return_dict=True)
    for name, value in whole.items():
        if not name.endswith("pseudo_log_likelihood"):  # which looks at other units of the rows
            assert value == pytest.approx(part[name], rel=1e-4)
    for extra in ({}, {"y": np.zeros(100)}, {"shuffle": False}):
        model = make()
        model.build((None, x.shape[1]))
        start = [np.array(weight) for weight in model.trainable_weights]
        logs = model.fit(
            x[:100],
            sample_weight=np.zeros(100),
            validation_data=(x[:100], None, weight),
            verbose=0,
            **extra,
        ).history
        assert logs
        for before, after, name in zip(
            start, model.trainable_weights, [w.name for w in model.trainable_weights], strict=True
        ):
            if name != "visible_bias":  # set from the data before training
                np.testing.assert_array_equal(before, after)
    with pytest.raises(ValueError, match="class_weight needs labels"):
        make().fit(x, class_weight={0: 1.0}, verbose=0)


def check_steps_per_execution(make, x):
    """Several steps in one call of the graph end with the same weights, bit for bit."""
    models = [make(), make(steps_per_execution=3)]
    for model in models:
        model.fit(x[:200], batch_size=20, epochs=2, shuffle=False, verbose=0)
    assert_equal_state(*models)


def check_evaluate(make, x):
    """`evaluate` gives the same numbers twice, and for any batch size, and changes nothing."""
    model = make()
    model.fit(x, verbose=0)
    before = weights(model)
    results = [
        model.evaluate(x, batch_size=size, verbose=0, return_dict=True) for size in (32, 32, 7)
    ]
    assert results[0] == results[1]
    for name, value in results[0].items():
        assert value == pytest.approx(results[2][name], rel=1e-4)
    for one, other in zip(before, weights(model), strict=True):
        np.testing.assert_array_equal(one, other)


def check_saving(make, x, folder):
    """A loaded model predicts the same and goes on training as the one that was saved."""
    model = make()
    model.fit(x, batch_size=50, epochs=2, verbose=0)
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), loaded.predict(x, verbose=0))
    assert_equal_state(model, loaded)
    for one in (model, loaded):
        one.fit(x, batch_size=50, epochs=2, shuffle=False, verbose=0)
    assert_equal_state(model, loaded)

    model.save_weights(folder / "model.weights.h5")
    fresh = make()
    fresh.build((None, x.shape[1]))
    fresh.load_weights(folder / "model.weights.h5")
    np.testing.assert_array_equal(model.predict(x, verbose=0), fresh.predict(x, verbose=0))

    copy = type(model).from_config(model.get_config())
    assert copy.get_config() == model.get_config()


def check_resuming(make, x, folder, y=None):
    """Stopped after any epoch and resumed by another process, it ends with the same weights.

    Another process is a new model under another global seed; all that reaches it is the backup.
    """
    arguments = {"batch_size": 50, "epochs": 3, "shuffle": False, "verbose": 0}
    whole = make()
    epochs = len(whole.fit(x, y, **arguments).epoch)
    for stop in range(1, epochs):
        backup = str(folder / f"stopped-{stop}")
        with pytest.raises(KeyboardInterrupt):
            backup_then_stop = [keras.callbacks.BackupAndRestore(backup), Stop(stop)]
            make().fit(x, y, callbacks=backup_then_stop, **arguments)
        keras.utils.set_random_seed(100 + stop)
        resumed = make()
        resumed.fit(x, y, callbacks=[keras.callbacks.BackupAndRestore(backup)], **arguments)
        assert_equal_state(whole, resumed)


class Stop(keras.callbacks.Callback):
    """Interrupts a training at the beginning of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


def check_batched_prediction(make, x):
    """`predict` never holds more than a batch of hidden values, and its output is the data's."""
    model = make()
    model.fit(x, verbose=0)
    seen = []
    original = model.call
    model.call = lambda inputs: (seen.append(inputs.shape[0]), original(inputs))[1]
    model.run_eagerly = True
    np.testing.assert_allclose(model.predict(x, batch_size=16, verbose=0), model(x), atol=1e-6)
    assert max(seen[:-1]) <= 16


def check_number_types(make, x):
    """Whole numbers, booleans and doubles mean what floats mean."""
    model = make()
    ones = (x > 0.5).astype("float32")
    model.fit(ones, verbose=0)
    expected = model.predict(ones, verbose=0)
    for kind in ("uint8", "int64", "bool", "float64"):
        np.testing.assert_allclose(model.predict(ones.astype(kind), verbose=0), expected, atol=1e-6)
        np.testing.assert_allclose(model(ones.astype(kind)), expected, atol=1e-6)


def check_lists(make, x):
    """Lists of lists are data, as they are for NumPy."""
    model = make()
    model.fit(x[:20].tolist(), validation_data=(x[:20].tolist(),), verbose=0)
    of_lists = model.evaluate(x[:20].tolist(), verbose=0)
    assert of_lists == pytest.approx(model.evaluate(x[:20], verbose=0), rel=1e-6)


def check_bad_input(make, x):
    """Data that the model cannot have is refused, says why, and leaves the weights alone."""
    model = make()
    model.fit(x, verbose=0)
    before = weights(model)
    nan = x.copy()
    nan[3, 4] = np.nan
    infinite = x.copy()
    infinite[3, 4] = np.inf
    streamed = tf.data.Dataset.from_tensor_slices(nan).batch(2)
    rare = tf.data.Dataset.from_tensor_slices(np.concatenate([np.tile(x, (11, 1)), nan])).batch(500)
    for bad, reason in (
        (nan, "Received: min=nan"),
        (infinite, "max=inf"),
        (streamed, "min=nan"),
        (rare, "min=nan"),
        (x[:, :-1], f"expects rows of {x.shape[1]} values"),
        (x.reshape(len(x), 8, 8), "Flatten images"),
        (x[:0], "at least one row"),
        (x.astype(str), "expects numbers"),
    ):
        with pytest.raises(ValueError, match=reason):
            model.fit(bad, verbose=0)
    with pytest.raises(ValueError, match="min=nan"):
        model.fit(x, validation_data=nan, verbose=0)
    with pytest.raises(ValueError, match="min=nan"):
        model.evaluate(nan, verbose=0)
    with pytest.raises(ValueError, match="expected axis -1 of input shape"):
        model.predict(x[:, :-1], verbose=0)
    model.evaluate(x, verbose=0)
    for one, other in zip(before, weights(model), strict=True):
        np.testing.assert_array_equal(one, other)
    for look in (model.test_on_batch, getattr(model, "rbms", [model])[0].train_on_batch):
        with pytest.raises(ValueError, match="min=nan"):
            look(nan)


def check_divergence(make, x):
    """Training that turns NaN stops and names the likely cause."""
    model = make(learning_rate=3e38)
    with pytest.raises(FloatingPointError, match="learning rate, now 3e\\+38"):
        model.fit(x, epochs=20, verbose=0)


def check_precision(make, x):
    """Under mixed precision energies and metrics stay float32, and updates keep their size."""
    changes = {}
    for policy in ("float32", "mixed_bfloat16", "mixed_float16"):
        keras.config.set_dtype_policy(policy)
        try:
            model = make()
            model.build((None, x.shape[1]))
            rbm = getattr(model, "rbms", [model])[0]
            start = np.array(rbm.kernel)
            logs = model.fit(x, epochs=2, shuffle=False, verbose=0).history
        finally:
            keras.config.set_dtype_policy("float32")
        assert np.isfinite(list(logs.values())).all()
        changes[policy] = np.linalg.norm(np.array(rbm.kernel) - start)
        assert changes[policy] == pytest.approx(changes["float32"], rel=0.05)
        assert keras.backend.standardize_dtype(model(x).dtype) == policy.removeprefix("mixed_")
        for tensor in (*model.weights, rbm.free_energy(x), rbm.reconstruct(x)):
            assert keras.backend.standardize_dtype(tensor.dtype) == "float32"
