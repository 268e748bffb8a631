"""The study of activations, small."""

import keras
import pytest

from kerasdeep.recipes.studies import activation_comparison, modules, run_study
from kerasdeep.recipes.studies.tools import rate_grid
from kerasdeep.zoo.studies import activation_comparison as zoo
from tests.recipes.short import QUIET, metrics_of

SETTINGS = {"momentum": 0.9, "nesterov": False, "global_clipnorm": 1.0}


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"])
def test_networks_differ_in_activation_and_initial_weights_alone(name):
    assert name in zoo.RATES and len(zoo.RATES) == 6 and modules()[activation_comparison.NAME]
    network = zoo.build(name, 0.25, num_visible=5, num_classes=3, total_steps=10)
    *hidden, last = network.layers
    assert [layer.units for layer in hidden] == [128] * 4 and last.units == 3
    kind = {"sigmoid": "GlorotUniform", "tanh": "GlorotUniform"}.get(name, "HeNormal")
    for layer in hidden:
        assert layer.activation is keras.activations.get(name)
        assert type(layer.kernel_initializer).__name__ == kind
    optimizer = network.optimizer.get_config()
    assert optimizer | SETTINGS == optimizer
    rate = optimizer["learning_rate"]["config"]
    assert (rate["initial_learning_rate"], rate["decay_steps"], rate["alpha"]) == (0.25, 10, 0.0)


def test_activations_are_compared(monkeypatch, tmp_path):
    monkeypatch.setattr(zoo, "NUM_HIDDEN", (10,))
    monkeypatch.setattr(zoo, "RATES", {"gelu": (0.1,)})
    monkeypatch.setattr(rate_grid, "LOWEST", 1.0)
    options = activation_comparison.Options(output=str(tmp_path), num_seeds=2, num_updates=100)
    _, table = run_study(activation_comparison, options, QUIET)
    assert [row[0] for row in table] == ["gelu, rate 0.1"] and float(table[0][1]) < 15
    assert len(metrics_of(tmp_path)["results"]["gelu"]) == 2
    assert (tmp_path / "compare-activations.png").stat().st_size > 10_000
