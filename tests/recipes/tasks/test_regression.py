"""What a regression reports, by hand."""

import dataclasses

import keras
import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.recipes.data.table import load_table
from kerasdeep.recipes.saved.evaluate import evaluate_model
from tests.recipes.short import metrics_of, small, train


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regression") / "run"
    train(small("mlp-regression", epochs=3), folder, dataset="diabetes", seed=1)
    return folder


def test_errors_are_those_of_the_saved_model_and_of_a_line(folder):
    test, table = metrics_of(folder)["test"], load_table("diabetes")
    (x, y), (rows, targets) = table.train.arrays, table.test.arrays
    model = keras.models.load_model(folder / "model.keras")
    residuals = model.predict(rows, verbose=0)[:, 0] - targets
    assert test["rmse"] == pytest.approx(np.sqrt(np.square(residuals).mean()), rel=1e-5)
    assert test["explained"] == pytest.approx(
        1 - np.square(residuals).sum() / np.square(targets - targets.mean()).sum(), rel=1e-4
    )
    with_constant = np.column_stack([x, np.ones(len(x))]).astype("float64")
    best, *_ = np.linalg.lstsq(with_constant, y, rcond=None)
    line = np.column_stack([rows, np.ones(len(rows))]) @ best - targets
    assert test["rmse_of_least_squares"] == pytest.approx(np.sqrt(np.square(line).mean()), rel=1e-3)
    of_the_mean = np.sqrt(np.square(targets - y.mean()).mean())
    assert test["rmse_of_the_mean"] == pytest.approx(of_the_mean, rel=1e-5)
    _, printed = evaluate_model(folder)
    assert dict(row[:2] for row in printed)["rmse"] == f"{test['rmse']:.4f}"


def test_a_network_answers_in_the_units_of_its_table():
    """Other units change nothing but the units; scaling is a part of the network."""
    rng = np.random.default_rng(0)
    x, y = rng.random((40, 5)).astype("float32"), rng.random(40).astype("float32")
    scale = np.array([1e-3, 1, 10, 1e3, 1e4], "float32")
    entry = dataclasses.replace(
        zoo.get("mlp-regression"), num_hidden=(8,), dropout=0.0, batch_size=40
    )
    answers = []
    for rows, targets in ((x, y), (x * scale + 5 * scale, 100 * y + 1000)):
        model = entry.build(rows, 30, 0, targets)
        model.fit(rows, targets, batch_size=40, epochs=30, shuffle=False, verbose=0)
        answers.append(model.predict(rows, verbose=0)[:, 0])
    assert np.std(answers[0]) > 0.05
    np.testing.assert_allclose(100 * answers[0] + 1000, answers[1], atol=0.5)


def test_in_16_bits_measurements_far_from_zero_are_told_apart():
    rows = np.array([[2000.0], [2001], [2003], [2004]], "float32")
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = small("mlp-regression").build(rows, 10, 0, np.arange(4.0))
    finally:
        keras.config.set_dtype_policy("float32")
    scaled = keras.Model(model.inputs, model.get_layer("scaled").output)
    answers = np.array(scaled.predict(rows, verbose=0))[:, 0]
    np.testing.assert_allclose(answers, (rows[:, 0] - 2002) / np.std(rows), rtol=1e-3)


def test_data_that_is_no_table_of_the_model_is_refused(folder, tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones((30, 4)), y=np.arange(30.0))
    with pytest.raises(ValueError, match="rows of 10 numbers. Received: .*other.npz' with 4"):
        evaluate_model(folder, str(tmp_path / "other.npz"))
