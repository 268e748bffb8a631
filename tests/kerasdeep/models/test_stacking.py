"""The deep stacking network against least squares and finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit

from kerasdeep.layers import Dropout, GaussianNoise
from kerasdeep.models import RBM, DeepStackingNetwork, StackingBlock
from kerasdeep.models.stacking.ridge import ridge_solution
from kerasdeep.units import Gaussian

RNG = np.random.default_rng(0)
ROWS = RNG.random((60, 6)).astype("float32")
LABELS = RNG.integers(0, 3, 60)
TARGETS = np.eye(3)[LABELS]
RIDGE = 0.01


def hidden(kernel, bias, rows=ROWS):
    return expit(rows.astype(float) @ np.asarray(kernel, float) + np.asarray(bias, float))


def least_squares(h, targets=TARGETS, weight=None, ridge=RIDGE):
    """The upper weights by lstsq of rows stretched by the ridge, not by normal equations."""
    weight = np.ones(len(h)) if weight is None else weight
    root = np.sqrt(weight)[:, None]
    stretched = np.concatenate([root * h, np.sqrt(weight.sum() * ridge) * np.eye(h.shape[1])])
    padded = np.concatenate([root * targets, np.zeros((h.shape[1], targets.shape[1]))])
    return np.linalg.lstsq(stretched, padded, rcond=None)[0]


def network(layers=(5, 4), **options):
    model = DeepStackingNetwork(list(layers), 3, ridge=RIDGE, **options)
    model.compile(keras.optimizers.Adam(0.05))
    return model


def test_upper_weights_solve_least_squares(close):
    h = RNG.random((50, 8))
    t = RNG.random((50, 3))
    found = ridge_solution(h.T @ h / 50, h.T @ t / 50, RIDGE)
    close("ridge", found, least_squares(h, t), 1e-6)
    other = least_squares(h, t, ridge=2 * RIDGE)
    assert np.abs(np.array(found) - other).max() > 1e-3


@pytest.mark.parametrize("weighted", [False, True])
def test_the_gradient_goes_through_the_upper_weights(weighted, close):
    """Against differences of what is left once U is solved anew for every moved W."""
    block = StackingBlock(4, 3, ridge=RIDGE)
    block.compile(keras.optimizers.SGD(1.0))
    block.initialize_from(ROWS)
    before = [np.array(part, float) for part in (block.kernel, block.hidden_bias)]
    weight = RNG.random(60).astype("float32") if weighted else np.ones(60, "float32")

    def left(parts):
        h = hidden(*parts)
        upper = least_squares(h, weight=weight)
        errors = weight @ np.square(TARGETS - h @ upper).sum(axis=1)
        return (errors + weight.sum() * RIDGE * np.square(upper).sum()) / 60

    block.fit(ROWS, LABELS, sample_weight=weight, batch_size=60, verbose=0)
    for number, variable in enumerate((block.kernel, block.hidden_bias)):
        slope = np.zeros(before[number].shape)
        for place in np.ndindex(*slope.shape):
            ends = []
            for step in (1e-4, -1e-4):
                moved = [part.copy() for part in before]
                moved[number][place] += step
                ends.append(left(moved))
            slope[place] = (ends[0] - ends[1]) / 2e-4
        close("gradient through U", before[number] - np.array(variable), slope, 1e-4)
    expected = least_squares(hidden(*before), weight=weight)
    close("upper weights", block.upper, expected, 1e-4)


def test_a_gradient_of_back_propagation_with_the_upper_weights_held_is_the_same(close):
    """As the upper weights are at their best, what changes with them does not count."""
    block = StackingBlock(4, 3, ridge=RIDGE)
    block.compile(keras.optimizers.SGD(1.0))
    block.initialize_from(ROWS)
    start = np.array(block.kernel)
    block.fit(ROWS, LABELS, batch_size=60, verbose=0)
    upper = tf.constant(np.array(block.upper))
    with tf.GradientTape() as tape:
        kernel = tf.Variable(start)
        h = tf.sigmoid(ROWS @ kernel)  # biases were zero
        loss = tf.reduce_mean(tf.reduce_sum(tf.square(TARGETS - h @ upper), axis=1))
    close("gradient with U held", start - np.array(block.kernel), tape.gradient(loss, kernel), 1e-5)


@pytest.mark.parametrize("batch_size", [60, 25])
def test_after_training_upper_weights_are_the_best_for_all_rows(batch_size, close):
    """Whatever the batches: the last epoch of a block sums up all of them."""
    model = network()
    model.fit(ROWS, LABELS, batch_size=batch_size, epochs=3, verbose=0)
    rows = ROWS
    for block in model.blocks:
        h = hidden(block.kernel, block.hidden_bias, rows)
        close("upper weights of all rows", block.upper, least_squares(h), 1e-4)
        rows = np.concatenate([rows, h @ np.array(block.upper)], axis=1).astype("float32")
    close("scores", model.predict(ROWS, verbose=0), rows[:, -3:], 1e-5)


def test_in_the_last_epoch_lower_weights_stay(close):
    model = network((5,))
    model.initialize_from(ROWS)
    start = np.array(model.blocks[0].kernel)
    model.fit(ROWS, LABELS, epochs=1, verbose=0)
    np.testing.assert_array_equal(start, model.blocks[0].kernel)
    assert int(model.blocks[0].optimizer.iterations) == 0
    model.fit(ROWS, LABELS, epochs=3, batch_size=20, verbose=0)
    assert int(model.blocks[0].optimizer.iterations) == 2 * 3


def test_validation_of_the_last_epoch_is_of_the_upper_weights_found():
    model = network((5,))
    history = model.fit(
        ROWS, LABELS, epochs=2, batch_size=25, validation_data=(ROWS, LABELS), verbose=0
    ).history
    found = model.evaluate(ROWS, LABELS, verbose=0, return_dict=True)
    assert history["val_loss"][-1] == pytest.approx(found["loss"], rel=1e-5)


def test_rows_without_label_or_weight_do_not_count(close):
    labels = np.where(np.arange(60) % 4 == 0, -1, LABELS)
    weight = np.where(np.arange(60) % 4 == 1, 0.0, 1.0).astype("float32")
    model = network((5,))
    model.fit(ROWS, labels, sample_weight=weight, epochs=1, verbose=0)
    used = np.arange(60) % 4 > 1
    h = hidden(model.blocks[0].kernel, model.blocks[0].hidden_bias)[used]
    close(
        "upper weights of some rows", model.blocks[0].upper, least_squares(h, TARGETS[used]), 1e-4
    )


def test_a_block_starts_from_the_lower_weights_below():
    """With no rate the start is what is there in the end."""
    for copied in (True, False):
        model = DeepStackingNetwork([5, 5], 3, copied=copied)
        model.compile(keras.optimizers.SGD(0.0))
        model.fit(ROWS, LABELS, epochs=2, verbose=0)
        lower, upper = (np.array(block.kernel) for block in model.blocks)
        assert np.array_equal(lower, upper[:6]) is copied
        assert np.abs(upper[6:]).min() > 0


def test_the_lowest_block_starts_from_an_rbm():
    rbm, model = RBM(5), network()
    rbm.initialize_from(ROWS)
    model.start_from(rbm)
    np.testing.assert_array_equal(model.blocks[0].kernel, rbm.kernel)
    with pytest.raises(ValueError, match="expects an RBM of 4 hidden units"):
        network((4,)).start_from(rbm)


def test_noise_is_there_while_lower_weights_learn_alone():
    block = StackingBlock(5, 3, ridge=RIDGE, corruption=Dropout(0.5, seed=1))
    model = network([block])
    model.fit(ROWS, LABELS, epochs=3, batch_size=30, verbose=0)
    h = hidden(block.kernel, block.hidden_bias)
    np.testing.assert_allclose(block.upper, least_squares(h), atol=1e-4)
    np.testing.assert_allclose(model.predict(ROWS, verbose=0), h @ np.array(block.upper), atol=1e-5)
    loaded = DeepStackingNetwork.from_config(model.get_config())
    assert isinstance(loaded.blocks[0].corruption, Dropout)


def test_arguments_out_of_range_are_refused():
    for make, reason in (
        (lambda: StackingBlock(0, 3), "num_hidden"),
        (lambda: StackingBlock(3, 1), "at least 2"),
        (lambda: StackingBlock(3, 3, ridge=-1.0), "ridge"),
        (lambda: DeepStackingNetwork([], 3), "at least one layer"),
        (lambda: DeepStackingNetwork([StackingBlock(3, 4)], 3), "blocks for 3 classes"),
        (lambda: DeepStackingNetwork([RBM(4)], 3), "Received: rbm"),
    ):
        with pytest.raises(ValueError, match=reason):
            make()
    with pytest.raises(ValueError, match="labels from 0 to 2"):
        network().fit(ROWS, LABELS + 1, verbose=0)


def test_running_sums_stand_for_more_rows_than_a_batch_has(close):
    """With the lower weights held: U of the second batch is that of both, the first by half."""
    model = DeepStackingNetwork([5, 4], 3, ridge=RIDGE, decay=0.5, copied=False)
    model.compile(keras.optimizers.SGD(0.0))
    found = {}

    def look(epoch, logs):
        found[epoch] = np.array(model.blocks[epoch // 2].upper)

    looking = keras.callbacks.LambdaCallback(on_epoch_end=look)
    model.fit(ROWS, LABELS, batch_size=40, epochs=2, shuffle=False, verbose=0, callbacks=[looking])
    weight, rows = np.repeat([0.5, 1.0], [40, 20]), ROWS
    for number, block in enumerate(model.blocks):
        h = hidden(block.kernel, block.hidden_bias, rows)
        close("running U", found[2 * number], least_squares(h, weight=weight), 1e-4)
        rows = np.concatenate([rows, h @ np.array(block.upper)], axis=1)
    for variable in model._running.variables:
        close("forgotten", variable, np.zeros(variable.shape), 0)


def test_a_batch_without_labels_leaves_the_upper_weights():
    block = StackingBlock(4, 3, ridge=0.0)
    block.compile("sgd")
    block.fit(ROWS, LABELS, batch_size=60, verbose=0)
    before = np.array(block.upper)
    assert np.abs(before).max() > 0
    block.fit(ROWS, np.full(60, -1), batch_size=60, verbose=0)
    np.testing.assert_array_equal(before, block.upper)


def test_a_network_answers_by_the_highest_block_that_was_trained(close):
    model = network((5, 4, 3))
    model.fit(ROWS, LABELS, epochs=[2, 2, 0], batch_size=60, verbose=0)
    values = ROWS
    for block in model.blocks[:2]:
        outputs = hidden(block.kernel, block.hidden_bias, values) @ np.array(block.upper)
        values = np.concatenate([values, outputs], axis=1)
    close("outputs of the second", model.predict(ROWS, verbose=0), outputs, 1e-5)
    loss = model.evaluate(ROWS, LABELS, verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(np.square(TARGETS - outputs).sum(axis=1).mean(), rel=1e-5)


def test_rows_are_changed_before_the_lowest_block_while_lower_weights_learn(close):
    """Every block sees outputs that those below it give for the changed row."""
    noise = GaussianNoise(0.5, seed=1)
    model = network((5, 4), augmentation=noise, copied=False)
    seen = {}

    def look(epoch, logs):
        seen[epoch] = np.array(model.blocks[epoch // 2].upper)

    looking = keras.callbacks.LambdaCallback(on_epoch_end=look)
    model.compile(keras.optimizers.SGD(0.0))
    model.fit(ROWS, LABELS, batch_size=60, epochs=2, shuffle=False, verbose=0, callbacks=[looking])
    again = GaussianNoise(0.5, seed=1)
    clean, noisy = ROWS, [np.array(again(ROWS, training=True)) for _ in range(2)]
    for number, block in enumerate(model.blocks):
        h = hidden(block.kernel, block.hidden_bias, noisy[number])
        close("upper weights of changed rows", seen[2 * number], least_squares(h), 1e-4)
        h = hidden(block.kernel, block.hidden_bias, clean)
        close("upper weights of all rows", block.upper, least_squares(h), 1e-4)
        clean = np.concatenate([clean, h @ np.array(block.upper)], axis=1)
        below = hidden(block.kernel, block.hidden_bias, noisy[1]) @ np.array(block.upper)
        noisy[1] = np.concatenate([noisy[1], below], axis=1) if number == 0 else noisy[1]
    assert isinstance(model.from_config(model.get_config()).augmentation, GaussianNoise)


def test_a_stop_while_sums_are_made_leaves_nothing_behind(close):
    """Interrupted in the last epoch of a block, begun anew: as a network that was not."""
    model, stopped = network((5, 4), decay=0.5), []

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if model._closing and not stopped:
                stopped.append(batch)
                raise KeyboardInterrupt

    arguments = {"batch_size": 20, "epochs": 2, "shuffle": False, "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        model.fit(ROWS, LABELS, callbacks=[Stop()], **arguments)
    model.fit(ROWS, LABELS, callbacks=[Stop()], **arguments)
    h = hidden(model.blocks[0].kernel, model.blocks[0].hidden_bias)
    close("upper weights", model.blocks[0].upper, least_squares(h), 1e-4)


def test_running_sums_of_a_block_that_stopped_early_are_forgotten():
    model, seen = network((5, 4), decay=0.9), []
    patient = keras.callbacks.EarlyStopping("loss", patience=0, mode="max")

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append((model.training_layer, batch, float(model._running.variables[2])))

    model.fit(ROWS, LABELS, batch_size=60, epochs=5, verbose=0, callbacks=[Look(), patient])
    first = next(number for layer, batch, number in seen if layer == 1)
    assert first == 60


def test_an_rbm_of_other_units_is_unrolled_or_refused():
    rbm, model = RBM(5, visible=Gaussian(0.5)), network()
    rbm.initialize_from(ROWS)
    model.start_from(rbm)
    np.testing.assert_allclose(model.blocks[0].kernel, np.array(rbm.kernel) / 0.25, rtol=1e-5)
    spins = RBM(5, hidden="spin")
    spins.initialize_from(ROWS)
    with pytest.raises(ValueError, match="Bernoulli hidden units"):
        network().start_from(spins)
