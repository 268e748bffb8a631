"""Greedy stacks of whatever fits and propagates, and of layers that labels join."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.callbacks import SamplerSchedule
from kerasdeep.models import DBN, RBM, ConvolutionalRBM
from kerasdeep.training.greedy import GreedyStack
from kerasdeep.units import Mixed, Softmax
from tests.checks import Stop
from tests.kerasdeep.training.models import X
from tests.kinds import assert_equal_state


@keras.saving.register_keras_serializable("tests")
class LabelledStack(GreedyStack):
    """An RBM, and another one that sees its hidden units beside one unit a class."""

    learns_from_labels = True

    def layer_input(self, number, values, label):
        if number == 0:
            return values
        label = -ops.ones_like(values[:, 0]) if label is None else label
        return ops.concatenate([values, ops.one_hot(ops.cast(label, "int32"), 10)], axis=1)

    def layer_input_shape(self, number, shape):
        return shape if number == 0 else (shape[0], shape[1] + 10)


def labelled():
    top = RBM(12, visible=Mixed([("bernoulli", 20), (Softmax(10), 10)]), seed=2)
    stack = LabelledStack([RBM(20, seed=1), top])
    stack.compile(keras.optimizers.SGD(0.3, momentum=0.5))
    return stack


def test_labels_join_the_input_of_the_layer_that_asks_for_them(digits):
    """The top RBM learns which label goes with what is below: its weights tell classes apart."""
    x, y = digits
    stack = labelled()
    logs = stack.fit(x, y, batch_size=10, epochs=[5, 40], validation_data=(x, y), verbose=0).history
    top = stack.stack[1]
    assert stack.predict(x, verbose=0).shape == (1000, 12)
    right = stack.evaluate(x, y, verbose=0, return_dict=True)
    wrong = stack.evaluate(x, (y + 1) % 10, verbose=0, return_dict=True)
    name = "layer_2_free_energy"
    assert right[name] < wrong[name] - 0.5
    assert right["layer_1_free_energy"] == pytest.approx(wrong["layer_1_free_energy"], rel=1e-5)
    assert logs["val_layer_2_free_energy"][-1] == pytest.approx(right[name], rel=1e-4)

    below = np.array(stack.propagate(x, 1))
    energies = [
        np.array(top.free_energy(np.hstack([below, np.tile(one, (1000, 1))])))
        for one in np.eye(10, dtype="float32")
    ]
    assert (np.argmin(energies, axis=0) == y).mean() > 0.7  # 0.1 by chance


def test_a_stack_with_labels_is_saved(digits, tmp_path):
    x, y = digits
    stack = labelled()
    stack.fit(x[:100], y[:100], verbose=0)
    stack.save(tmp_path / "stack.keras")
    assert_equal_state(stack, keras.models.load_model(tmp_path / "stack.keras"))


def test_convolutional_layers_are_stacked(digits):
    """Each improves on what it is given; the upper one sees the pooling units of the lower."""
    x = digits[0].reshape(-1, 8, 8, 1)
    stack = GreedyStack([ConvolutionalRBM(6, 3, seed=1), ConvolutionalRBM(8, 2, seed=2)])
    stack.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    history = stack.fit(x, batch_size=20, epochs=[6, 15], verbose=0).history
    assert stack.predict(x[:5], verbose=0).shape == (5, 1, 1, 8)
    for name in ("layer_1_reconstruction_error", "layer_2_reconstruction_error"):
        assert history[name][-1] < 0.8 * history[name][0]
    pooled = np.array(stack.stack[0](x[:5]))
    np.testing.assert_allclose(stack.propagate(x[:5], 1), pooled, atol=1e-6)
    np.testing.assert_allclose(stack(x[:5]), stack.stack[1](pooled), atol=1e-6)


def test_programs_of_layers_are_made_once_and_anew_where_a_layer_was_compiled(digits):
    dbn = DBN([6, 5], seed=1)
    dbn.compile(keras.optimizers.SGD(0.1))
    dbn.fit(digits[0][:100], verbose=0)
    made = dict(dbn._functions)
    dbn.fit(digits[0][:100], verbose=0)
    assert dbn._functions == made
    dbn.rbms[0].compile(keras.optimizers.SGD(0.0))
    before = [np.array(rbm.kernel) for rbm in dbn.rbms]
    dbn.fit(digits[0][:100], epochs=2, verbose=0, callbacks=[SamplerSchedule(steps={3: 2})])
    np.testing.assert_array_equal(before[0], dbn.rbms[0].kernel)
    assert not np.array_equal(before[1], dbn.rbms[1].kernel)
    assert dbn.rbms[1].sampler.steps == 2 and not made.items() & dbn._functions.items()


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_averaged_weights_are_those_of_each_layer(swap_on_epoch):
    """After its epochs a layer has the average of its weights, as if it had been trained alone."""
    optimizer = keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.9)
    dbn = DBN([12, 8], seed=1)
    dbn.compile(optimizer)
    averages = keras.callbacks.SwapEMAWeights(swap_on_epoch)
    dbn.fit(X, epochs=[3, 2], shuffle=False, callbacks=[averages], verbose=0)
    rbm = RBM(12, seed=1)
    rbm.compile(keras.optimizers.SGD.from_config(optimizer.get_config()))
    rbm.fit(X, epochs=3, shuffle=False, verbose=0)
    np.testing.assert_allclose(dbn.rbms[0].kernel, rbm.kernel, atol=1e-6)
    for layer in dbn.rbms:
        average = layer.optimizer._model_variables_moving_average[0]
        np.testing.assert_allclose(layer.kernel, average, atol=1e-6)


class StopsAt(keras.callbacks.Callback):
    """Stops a training after an epoch, as a limit of time would."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == self.epoch


def test_only_early_stopping_ends_a_layer_and_it_begins_anew_with_the_next():
    dbn = DBN([12, 8], seed=1)
    dbn.compile(keras.optimizers.SGD(0.0))
    stopped = dbn.fit(X, epochs=[4, 4], callbacks=[StopsAt(1)], verbose=0)
    assert stopped.epoch == [0, 1]
    early = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    arguments = {"epochs": [4, 4], "validation_data": X, "callbacks": [early], "verbose": 0}
    history = dbn.fit(X, **arguments).history
    assert len(history["rbm_1_free_energy"]) == len(history["rbm_2_free_energy"]) == 3
    assert dbn.optimizer is dbn.rbms[0].optimizer


def test_a_layer_that_ended_early_has_ended_for_a_training_that_goes_on(tmp_path):
    def train(*callbacks):
        dbn = DBN([12, 8], seed=1)
        dbn.build((None, X.shape[1]))
        dbn.compile(keras.optimizers.SGD(0.0))
        backup = keras.callbacks.BackupAndRestore(str(tmp_path))
        early = keras.callbacks.EarlyStopping("loss")
        return dbn.fit(
            X, epochs=[4, 3], shuffle=False, callbacks=[early, backup, *callbacks], verbose=0
        )

    with pytest.raises(KeyboardInterrupt):
        train(Stop(3))
    history = train()
    assert history.epoch == [3, 4]  # as far as the second layer's own stop
    assert "rbm_2_free_energy" in history.history and "rbm_1_free_energy" not in history.history
