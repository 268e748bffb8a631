"""Callbacks of Keras that watch a number of ours know which way it gets better."""

import keras
import numpy as np
import pytest
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau

from kerasdeep.models import ClassificationRBM, DeepStackingNetwork
from kerasdeep.training.monitors import direction_of

RNG = np.random.default_rng(0)
ROWS, LABELS = RNG.random((40, 6)).astype("float32"), RNG.integers(0, 3, 40)


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("val_accuracy", "max"),
        ("block_2_accuracy", "max"),
        ("val_pseudo_log_likelihood", "max"),
        ("val_lower_bound", "max"),
        ("val_loss", "min"),
        ("val_rbm_1_reconstruction_error", "min"),
        ("val_frechet_distance", "min"),
        ("generator_loss", None),
        ("free_energy", None),
    ],
)
def test_directions(name, direction):
    assert direction_of(name) == direction


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (ClassificationRBM(4, 3, seed=0), "accuracy"),
        (DeepStackingNetwork([4], 3), "block_1_accuracy"),
    ],
)
def test_callbacks_need_not_be_told(model, name, tmp_path):
    watching = [
        EarlyStopping(name, patience=9),
        ModelCheckpoint(tmp_path / "best.keras", f"val_{name}", save_best_only=True),
        ReduceLROnPlateau(f"val_{name}", patience=9),
        EarlyStopping("val_loss", mode="max", patience=9),
    ]
    model.compile(keras.optimizers.SGD(0.1))
    data = {"validation_data": (ROWS, LABELS), "callbacks": watching, "verbose": 0}
    history = model.fit(ROWS, LABELS, epochs=3, **data).history
    assert [one.mode for one in watching] == ["max", "max", "max", "max"]
    assert watching[1].best == max(history[f"val_{name}"])
