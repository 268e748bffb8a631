"""The study of what pretraining brings, small, and stopped in the middle."""

import json

import keras
import numpy as np
import pytest
from rich.console import Console

from kerasdeep.recipes.studies import pretraining_effect, run_study
from kerasdeep.zoo.studies import pretraining_effect as zoo


@pytest.fixture
def small(monkeypatch):
    """Two starts, two depths, one number of labels, one rate to choose from, few updates."""
    monkeypatch.setattr(zoo, "NUM_HIDDEN", 20)
    monkeypatch.setattr(zoo, "DEPTHS", (1, 2))
    monkeypatch.setattr(zoo, "STARTS", ("pretrained", "today"))
    monkeypatch.setattr(pretraining_effect, "NUM_LABELS", (1000,))
    monkeypatch.setattr(pretraining_effect, "RATES", (0.1,))


def study(folder):
    options = pretraining_effect.Options(
        pretrain_epochs=1, output=str(folder), resume=True, num_seeds=2, num_updates=40
    )
    return run_study(pretraining_effect, options, Console(quiet=True))


def test_a_study_measures_every_cell_and_goes_on_where_it_stopped(
    small, looked_at, monkeypatch, tmp_path
):
    _, table = study(tmp_path / "whole")
    results = json.loads((tmp_path / "whole" / "metrics.json").read_text())["results"]
    assert len(table) == 2 and len(results) == 4
    assert all(len(result["test_errors"]) == 2 for result in results)
    assert (tmp_path / "whole" / "pretraining-effect.png").stat().st_size > 10_000

    test, _ = pretraining_effect.load(pretraining_effect.Options()).test.arrays
    for number, (learned, (x, _)) in enumerate(looked_at):
        if number < len(zoo.STARTS):  # a rate is chosen, on rows held out from training
            assert not distinct(x) & distinct([*test, *np.concatenate([x for x, _ in learned])])
        else:
            np.testing.assert_array_equal(x, test)

    built = []

    def build_until_tired(*args):
        built.append(args)
        if len(built) == 5:
            raise KeyboardInterrupt
        return build(*args)

    build = zoo.build_classifier
    monkeypatch.setattr(zoo, "build_classifier", build_until_tired)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path / "stopped")
    study(tmp_path / "stopped")
    assert len(built) == 1 + 2 + 2 * 4  # the one that was interrupted is done again
    resumed = json.loads((tmp_path / "stopped" / "metrics.json").read_text())["results"]
    assert resumed == results


def distinct(rows):
    return {np.asarray(row).tobytes() for row in rows}


@pytest.mark.parametrize("start", ["pretrained", "classic", "today"])
def test_networks_differ_in_their_start_alone(start):
    x = np.random.default_rng(0).random((100, 12)).astype("float32")
    dbn = zoo.build(x, total_steps=1, seed=0)
    dbn.build(x.shape)
    model = zoo.build_classifier(start, 3, dbn, num_classes=4, rate=0.1, total_steps=10)
    assert [layer.units for layer in model.layers if hasattr(layer, "units")] == [500, 500, 500, 4]
    kernel = np.array(model.layers[0].kernel)
    activation = keras.activations.serialize(model.layers[0].activation)
    assert activation == ("relu" if start == "today" else "sigmoid")
    if start == "pretrained":
        np.testing.assert_array_equal(kernel, dbn.rbms[0].kernel)
    elif start == "classic":
        assert 0.95 / 12**0.5 < np.abs(kernel).max() <= 1 / 12**0.5
    else:
        assert kernel.std() == pytest.approx((2 / 12) ** 0.5, rel=0.05)
