"""The study of connections, small, and stopped in the middle; and the networks it compares."""

import math

import keras
import numpy as np
import pytest

from kerasdeep.recipes.studies import connection_comparison, modules, run_study
from kerasdeep.recipes.studies.tools import rate_grid
from kerasdeep.zoo.studies import connection_comparison as zoo
from tests.recipes.short import QUIET, metrics_of

# Of 8 x 8 pixels, windows of 3 x 3 have 6 x 6 places and, with stride 2, 2 x 2; of 28 x 28, those
# of 5 x 5 with stride 2 have 12 x 12 and 4 x 4.
UNITS = {(8, 8): (36 * 8, 4 * 24), (28, 28): (144 * 8, 16 * 24), (32, 32, 3): (196 * 8, 25 * 24)}
SIZES = {
    ((8, 8), "convolution"): (
        (9 * 8 + 8) + (72 * 24 + 24) + 970,
        36 * 8 * 9 + 4 * 24 * 72 + 960,
    ),
    ((8, 8), "locally connected"): (
        36 * (9 * 8 + 8) + 4 * (72 * 24 + 24) + 970,
        36 * 8 * 9 + 4 * 24 * 72 + 960,
    ),
    ((8, 8), "dense"): (65 * 288 + 289 * 96 + 970, 64 * 288 + 288 * 96 + 960),
    ((28, 28), "convolution"): (
        (25 * 8 + 8) + (200 * 24 + 24) + 3850,
        144 * 8 * 25 + 16 * 24 * 200 + 3840,
    ),
    ((28, 28), "locally connected"): (
        144 * (25 * 8 + 8) + 16 * (200 * 24 + 24) + 3850,
        144 * 8 * 25 + 16 * 24 * 200 + 3840,
    ),
    ((28, 28), "dense"): (785 * 1152 + 1153 * 384 + 3850, 784 * 1152 + 1152 * 384 + 3840),
}


@pytest.fixture
def small(monkeypatch):
    """Two networks, one rate, two numbers of rows."""
    monkeypatch.setattr(zoo, "NETWORKS", ("convolution", "dense, as few weights"))
    monkeypatch.setattr(zoo, "RATES", (0.03,))
    monkeypatch.setattr(rate_grid, "LOWEST", 1.0)
    monkeypatch.setattr(connection_comparison, "NUM_ROWS", (200, 10_000))


def study(folder):
    options = connection_comparison.Options(
        output=str(folder), resume=True, num_seeds=2, num_updates=60
    )
    return run_study(connection_comparison, options, QUIET)


def build(name, shape=(8, 8)):
    return zoo.build(name, 0.01, shape, num_classes=10, total_steps=10)


@pytest.mark.parametrize(("shape", "name"), SIZES)
def test_weights_and_connections_are_counted(shape, name):
    size = zoo.size(name, shape, 10)
    assert (size["num_weights"], size["num_connections"]) == SIZES[shape, name]


@pytest.mark.parametrize("shape", UNITS)
def test_hidden_units_are_as_many_but_where_weights_are_few(shape):
    assert tuple(zoo.num_units(shape)) == UNITS[shape]
    for name in zoo.NETWORKS[:3]:
        layers = [layer for layer in build(name, shape).layers if hasattr(layer, "kernel")]
        assert tuple(math.prod(layer.output.shape[1:]) for layer in layers) == (*UNITS[shape], 10)
        for layer in layers[:2]:
            assert layer.activation is keras.activations.relu
            assert type(layer.kernel_initializer) is keras.initializers.HeNormal


@pytest.mark.parametrize("num_classes", [2, 10, 47])
@pytest.mark.parametrize("shape", [(5, 5), (8, 8), (13, 40), (28, 28), (28, 28, 1), (32, 32, 3)])
def test_few_weights_are_as_many_as_those_of_the_convolution(shape, num_classes):
    few, many = (
        zoo.size(name, shape, num_classes)["num_weights"]
        for name in ("dense, as few weights", "convolution")
    )
    first, second = zoo.few_units(shape, num_classes)
    of_a_unit = first + 1 + num_classes
    assert abs(few - many) <= of_a_unit / 2 and abs(few - many) <= 0.02 * many
    assert 1 <= first // 2 <= second or first == 1


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (16, 20, 3)])
def test_weights_that_are_the_same_everywhere_make_a_convolution(shape):
    convolution, local = build("convolution", shape), build("locally connected", shape)
    for layer, own in zip(convolution.layers, local.layers, strict=True):
        if isinstance(layer, keras.layers.Conv2D):
            kernel, bias = (
                np.array(layer.kernel),
                np.random.default_rng(0).normal(size=layer.filters),
            )
            layer.bias.assign(bias)
            own.bias.assign(np.broadcast_to(bias, own.bias.shape))
            own.kernel.assign(np.broadcast_to(kernel.reshape(-1, layer.filters), own.kernel.shape))
        else:
            own.set_weights(layer.get_weights())
    x = np.random.default_rng(0).random((5, math.prod(shape)), dtype="float32")
    np.testing.assert_allclose(local(x), convolution(x), rtol=1e-4, atol=1e-6)


def test_images_too_small_for_windows_are_refused():
    with pytest.raises(ValueError, match=r"at least 5 x 5 pixels.*shape \(4, 9\)"):
        zoo.windows((4, 9))


def test_a_study_measures_every_network_and_goes_on_where_it_stopped(
    small, looked_at, monkeypatch, tmp_path
):
    _, table = study(tmp_path / "whole")
    metrics = metrics_of(tmp_path / "whole")
    assert [row[0] for row in table] == list(zoo.NETWORKS) and modules()["compare-connections"]
    counts = [(result["network"], result["num_rows"]) for result in metrics["results"]]
    num_rows = metrics["split"]["train"]["num_rows"]
    assert counts == [(name, amount) for name in zoo.NETWORKS for amount in (200, num_rows)]
    for result in metrics["results"]:
        assert len(result["test_errors"]) == len(result["training_errors"]) == 2
        assert np.mean(result["training_errors"]) < np.mean(result["test_errors"]) < 0.4
    assert (tmp_path / "whole" / "compare-connections.png").stat().st_size > 10_000

    images = connection_comparison.load(connection_comparison.Options())
    for number, (batches, (x, _)) in enumerate(looked_at):
        # Of three trainings of a cell, the first one chooses the rate.
        rows = images.test if number % 3 else images.validation
        np.testing.assert_array_equal(x, rows.arrays[0])
        learned = {row.tobytes() for x, _ in batches for row in x.numpy()}
        amount = counts[number // 3][1]
        assert 0.95 * amount < len(learned) <= amount and len(batches) == 60

    monkeypatch.setattr(zoo, "NETWORKS", zoo.NETWORKS[1:])
    with monkeypatch.context() as stopped:
        stopped.setattr(connection_comparison.Trainings, "errors", None)
        with pytest.raises(TypeError):
            study(tmp_path / "stopped")
    looked_at.clear()
    study(tmp_path / "stopped")
    assert len(looked_at) == 2 * 3 - 1  # one rate was tried before
    assert metrics_of(tmp_path / "stopped")["results"] == metrics["results"][2:]
