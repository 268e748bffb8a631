"""What every feed-forward network of the zoo must do, as a stack of Dense layers does."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasdeep
from kerasdeep import zoo
from tests.recipes.short import small

NETWORKS = [n for n, e in zoo.ENTRIES.items() if e.task in ("network", "bagging", "regression")]


@pytest.fixture(params=["float32", "mixed_bfloat16"])
def policy(request):
    previous = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(previous)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_saved_and_exported_as_it_answers(name, policy, tmp_path):
    entry, rng = small(name), np.random.default_rng(0)
    x, y = rng.random((40, 64)).astype("float32"), rng.integers(0, 10, 40)
    if entry.takes_images:
        x = x.reshape(-1, 8, 8, 1)
    entry = entry.fit_to(40, 64)
    model = entry.build(x, 10, 0)
    history = model.fit(x, y, batch_size=20, epochs=2, validation_data=(x, y), verbose=0).history
    assert np.isfinite(np.concatenate(list(history.values()))).all()
    answers = model.predict(x, verbose=0)
    assert answers.dtype == "float32" and np.ptp(answers) > 0
    found = model.evaluate(x, y, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(history["val_loss"][-1], rel=1e-3)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), answers)
    served = tf.saved_model.load(kerasdeep.export(model, tmp_path / "served"))
    outputs = served.signatures["serving_default"](tf.constant(x)).values()
    (exported,) = (output for output in outputs if output.shape == answers.shape)
    atol = {"float32": 1e-5, "mixed_bfloat16": 0.02}[policy] * max(1, np.abs(answers).max())
    np.testing.assert_allclose(exported, answers, atol=atol)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_rate_of_every_network_rises_and_falls_as_told(name):
    entry = dataclasses.replace(small(name), learning_rate=0.01, warm_up=0.2).fit_to(40, 64)
    rows = np.random.default_rng(0).random((40, 8, 8, 1) if entry.takes_images else (40, 64))
    model = entry.build(rows.astype("float32"), 100, 0)
    optimizer = (model.members[0] if entry.task == "bagging" else model).optimizer
    schedule = keras.optimizers.serialize(optimizer)["config"]["learning_rate"]
    rate = keras.optimizers.schedules.deserialize(schedule)
    found = [float(rate(step)) for step in (0, 10, 20, 60, 100)]
    np.testing.assert_allclose(found, [0, 0.005, 0.01, 0.005, 0], atol=1e-6)


def kinds_of(entry):
    """Returns what the layers of an entry are, from the bottom up, and what they drop."""
    layers = entry.architecture(num_classes=10)
    dropped = [layer.rate for layer in layers if hasattr(layer, "rate")]
    return [type(layer).__name__ for layer in layers], dropped


def test_convolutions_pool_before_they_normalize_and_drop_between_blocks():
    entry = dataclasses.replace(zoo.get("cnn"), rotation=0, translation=0, zoom=0, depth=1)
    block = ["Conv2D", "MaxPooling2D", "BatchNormalization", "ReLU"]
    kinds, dropped = kinds_of(dataclasses.replace(entry, block_dropout=0.2, dropout=0.4))
    end = ["Flatten", "Dropout", "Dense"]
    assert kinds == [*block, "Dropout", *block, "Dropout", *block, *end]
    assert dropped == [0.2, 0.2, 0.4]
    kinds, _ = kinds_of(dataclasses.replace(entry, block_dropout=0.0, depth=2, num_filters=(4,)))
    assert kinds == ["Conv2D", "BatchNormalization", "ReLU", *block, *end]


def test_images_are_looked_at_in_a_share_of_the_changes_of_training():
    entry = dataclasses.replace(zoo.get("cnn"), rotation=8, translation=0.1, zoom=0.2, mirror=1)
    plain = entry.network((28, 28, 1), 10)
    averaged = dataclasses.replace(entry, test_time_augmentation=0.25).network((28, 28, 1), 10)
    (layer,) = averaged.layers
    amounts = {name: getattr(layer, name) for name in ("rotation", "translation", "zoom", "mirror")}
    assert amounts == {"rotation": 2, "translation": 0.025, "zoom": 0.05, "mirror": True}
    kinds = [[type(one) for one in network.layers] for network in (plain, layer.layer)]
    assert kinds[0] == kinds[1] and averaged.count_params() == plain.count_params()


@pytest.mark.parametrize("name", ["mlp", "maxout"])
def test_fully_connected_layers_answer_alike_near_each_row_where_told_to(name):
    rows = np.zeros((10, 64), "float32")
    plain, smooth = (
        dataclasses.replace(small(name), adversarial=distance).fit_to(10, 64).build(rows, 10, 0)
        for distance in (0.0, 1.5)
    )
    assert type(plain) is keras.Sequential
    assert isinstance(smooth, kerasdeep.models.VirtualAdversarial) and smooth.epsilon == 1.5
    assert smooth.optimizer is not None and smooth.count_params() == plain.count_params()


@pytest.mark.parametrize(("shape", "size", "smallest"), [((11, 30), 5, 12), ((9, 3), 3, 4)])
def test_lenet_says_how_large_images_are_to_be(shape, size, smallest):
    rows = np.zeros((10, *shape, 1), "float32")
    entry = dataclasses.replace(zoo.get("lenet-5"), kernel_size=size).fit_to(10, 330)
    with pytest.raises(ValueError, match=f"at least {smallest} x {smallest} pixels. Received: "):
        entry.build(rows, 10, 0)
    entry.build(np.zeros((10, smallest, smallest, 1), "float32"), 10, 0)
