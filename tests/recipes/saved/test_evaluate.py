"""What is measured of a saved model."""

import re

import numpy as np
import pytest

from kerasdeep.likelihood import log_likelihood
from kerasdeep.models import RBM
from kerasdeep.recipes import data
from kerasdeep.recipes.saved.evaluate import evaluate_model
from tests.recipes.short import small, train


def saved(folder, num_visible):
    model = RBM(4, seed=0)
    model.build((None, num_visible))
    model.kernel.assign(np.random.default_rng(0).normal(size=model.kernel.shape))
    model.compile()
    model.save(folder / "model.keras")
    return model


def test_the_likelihood_is_that_of_the_test_rows(tmp_path):
    rows = np.random.default_rng(0).integers(0, 2, (60, 6)).astype("float32")
    np.save(tmp_path / "rows.npy", rows)
    model, file = saved(tmp_path, 6), str(tmp_path / "rows.npy")
    _, table = evaluate_model(tmp_path / "model.keras", file, temperatures=10)
    test_rows, _ = data.load(file).test.arrays
    expected = float(np.mean(log_likelihood(model, test_rows)))
    assert ("test log-likelihood, exact", f"{expected:.2f}", "nats an example") in table
    _, without = evaluate_model(tmp_path / "model.keras", file)
    assert without == table[:-1]


@pytest.mark.parametrize("name", ["gan", "vae", "sbn"])
def test_what_is_drawn_to_measure_is_drawn_as_after_training(name, tmp_path):
    trained = train(small(name), tmp_path, seed=3, binarization="threshold")
    _, table = evaluate_model(tmp_path)
    drawn = [row for row in trained if re.match("Fr|Parzen|of tr|rarest|.*bound|by imp", row[0])]
    assert drawn and set(drawn) <= set(table)
    if name != "gan":
        with pytest.raises(ValueError, match="is for a Boltzmann machine"):
            evaluate_model(tmp_path, temperatures=10)


def test_grey_levels_have_no_likelihood(tmp_path):
    saved(tmp_path, 64)
    with pytest.raises(ValueError, match="or train with --binarize stochastic"):
        evaluate_model(tmp_path / "model.keras", "digits", temperatures=10)
    train(small("vae"), tmp_path / "run")
    _, table = evaluate_model(tmp_path / "run")
    assert [number for title, number, _ in table if "bound" in title] == ["none"]
