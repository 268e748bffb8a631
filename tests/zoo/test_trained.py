"""The trained weights that come with the package."""

import json

import keras
import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.models import DBN, RBM
from kerasdeep.recipes.runs.answers import measure
from kerasdeep.recipes.saved.evaluate import data_of
from kerasdeep.units import Gaussian
from kerasdeep.zoo import weights

TRAINED = sorted(file.stem for file in weights.FOLDER.glob("*.npz"))


@pytest.mark.parametrize(
    "build",
    [lambda: RBM(6, visible=Gaussian(0.5), seed=1), lambda: DBN([6, 4], seed=1)],
    ids=["rbm", "dbn"],
)
def test_written_weights_come_back_rounded_to_float16(build, tmp_path):
    x = np.random.default_rng(0).random((40, 9)).astype("float32")
    model = build()
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(x, verbose=0)
    weights.write(model, tmp_path / "model.npz")
    loaded = weights.read(tmp_path / "model.npz")
    assert type(loaded) is type(model) and loaded.compiled
    for ours, theirs in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=2**-11, atol=1e-7, err_msg=ours.path)


def test_entries_without_weights_are_refused_with_those_that_have_some(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="comes trained.*Received: 'rbm'.*kerasdeep train rbm"):
        zoo.load("rbm")


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_model_has_its_claimed_numbers_on_mnist(name):
    """Losses to rounded weights and another order of sums only: 1 of 10,000 digits, and 0.1 % of
    other numbers."""
    claimed = json.loads((weights.FOLDER / f"{name}.json").read_text())
    model = zoo.load(name)
    try:
        test = data_of(name, model).test
    except ValueError as error:
        pytest.skip(f"real MNIST is not here: {error}")
    measured = measure(model, test)
    for weights_then in ("test_as_loaded", "test_as_trained"):
        for number, value in claimed[weights_then].items():
            assert measured[number] == pytest.approx(value, rel=1e-3, abs=1.5e-4), number
