"""The study of optimizers, small, and stopped in the middle."""

import json

import keras
import pytest

from kerasdeep.recipes.studies import modules, optimizer_comparison, run_study
from kerasdeep.recipes.studies.tools import chosen_rates, rate_grid
from kerasdeep.zoo.studies import optimizer_comparison as zoo
from tests.recipes.short import QUIET, metrics_of

TOO_LARGE = 1e30
MOMENTUM = {"momentum": 0.9, "nesterov": False}


@pytest.fixture
def built(monkeypatch):
    """A small study; returns a list of `(learner, rate)`, one for each network that was built.

    It has two optimizers, one of which diverges with one of its rates, and no other rates.
    """
    found, build = [], zoo.build
    monkeypatch.setattr(zoo, "NUM_HIDDEN", (10,))
    monkeypatch.setattr(zoo, "RATES", {"SGD": (0.1, TOO_LARGE), "Adam": (0.03,)})
    monkeypatch.setattr(rate_grid, "LOWEST", 1.0)
    monkeypatch.setattr(rate_grid, "HIGHEST", 1.0)

    def noted(learner, rate, *sizes, **arguments):
        found.append((learner, rate))
        return build(learner, rate, *sizes, **arguments)

    monkeypatch.setattr(zoo, "build", noted)
    return found


def study(folder):
    options = optimizer_comparison.Options(
        output=str(folder), resume=True, num_seeds=1, num_updates=40
    )
    return run_study(optimizer_comparison, options, QUIET)


def test_a_study_chooses_rates_and_goes_on_where_it_stopped(built, monkeypatch, tmp_path):
    _, table = study(tmp_path / "whole")
    assert [row[0] for row in table] == ["SGD, rate 0.1", "Adam, rate 0.03"]
    tried = [("SGD", 0.1), ("SGD", TOO_LARGE), ("Adam", 0.03)]
    assert built == [*tried[:2], ("SGD", 0.1), tried[2], ("Adam", 0.03)]
    text = (tmp_path / "whole" / "metrics.json").read_text()
    metrics = json.loads(text, parse_constant=pytest.fail)  # NaN is no JSON
    assert metrics["held_out_errors"]["SGD"][str(TOO_LARGE)] == 1.0
    for learner, held_out in metrics["held_out_errors"].items():
        chosen = metrics["learning_rates"][learner]
        assert str(chosen) == min(held_out, key=held_out.get)
        (result,) = metrics["results"][learner]
        assert result["validation_errors"][-1] == held_out[str(chosen)]
        assert result["losses"][-1] < result["losses"][0]
        assert len(result["losses"]) == len(metrics["updates"]) == 20
    assert (tmp_path / "whole" / "compare-optimizers.png").stat().st_size > 10_000

    with monkeypatch.context() as stopped:
        stopped.setattr(chosen_rates.Trainings, "_result", None)
        with pytest.raises(TypeError):
            study(tmp_path / "stopped")
    study(tmp_path / "stopped")
    assert len(built) == 5 + 5
    assert metrics_of(tmp_path / "stopped")["results"] == metrics["results"]


@pytest.mark.parametrize(
    ("name", "kind", "settings"),
    [
        ("SGD", keras.optimizers.SGD, {"momentum": 0.0, "nesterov": False}),
        ("momentum", keras.optimizers.SGD, MOMENTUM),
        ("Nesterov", keras.optimizers.SGD, MOMENTUM | {"nesterov": True}),
        ("AdaGrad", keras.optimizers.Adagrad, {"initial_accumulator_value": 0.0}),
        ("RMSProp", keras.optimizers.RMSprop, {"momentum": 0.0, "centered": False}),
        ("Adam", keras.optimizers.Adam, {"amsgrad": False}),
    ],
)
def test_every_optimizer_is_what_its_name_says(name, kind, settings):
    assert name in zoo.RATES and len(zoo.RATES) == 6 and modules()[optimizer_comparison.NAME]
    network = zoo.build(name, 0.25, num_visible=5, num_classes=3)
    config = network.optimizer.get_config()
    assert type(network.optimizer) is kind and config["learning_rate"] == 0.25
    assert config | settings == config
    assert [layer.units for layer in network.layers] == [256, 256, 3]
