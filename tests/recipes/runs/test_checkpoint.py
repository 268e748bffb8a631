"""Two states of a training are kept; one of which a byte has flipped is not used."""

import shutil

import keras
import numpy as np
import pytest

from kerasdeep.recipes.runs.checkpoint import Checkpoint


def classifier():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    return model


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Folder of the states of four epochs, and the weights after each of them."""
    folder, weights = tmp_path_factory.mktemp("checkpoint"), []
    model = classifier()
    seen = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(np.array(model.weights[0]))
    )
    x = np.random.default_rng(0).random((8, 3))
    model.fit(x, x[:, :2], epochs=4, verbose=0, callbacks=[seen, Checkpoint(folder)])
    return folder, weights


@pytest.mark.parametrize("file", ["state.weights.h5", "history.json", "SHA256SUMS", None])
def test_a_damaged_state_is_said_and_the_one_before_it_used(file, saved, tmp_path):
    folder, weights = saved
    assert sorted(path.name for path in folder.iterdir()) == ["epoch-000003", "epoch-000004"]
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    if file:
        damaged = tmp_path / "epoch-000004" / file
        content = bytearray(damaged.read_bytes())
        content[len(content) // 3] ^= 4
        damaged.write_bytes(content)
    model, checkpoint, said = classifier(), Checkpoint(tmp_path), []
    checkpoint.restore(model, said.append)
    expected = 3 if file else 4
    assert checkpoint.epoch == len(checkpoint.history["loss"]) == expected
    np.testing.assert_array_equal(model.weights[0], weights[expected - 1])
    assert len(said) == (1 if file else 0) and all("epoch-000004 is damaged" in s for s in said)


def test_without_an_intact_state_a_training_starts_anew(saved, tmp_path):
    shutil.copytree(saved[0], tmp_path, dirs_exist_ok=True)
    for file in tmp_path.glob("*/SHA256SUMS"):
        file.unlink()
    checkpoint, said = Checkpoint(tmp_path), []
    checkpoint.restore(classifier(), said.append)
    assert (checkpoint.epoch, len(said), list(tmp_path.iterdir())) == (0, 2, [])
