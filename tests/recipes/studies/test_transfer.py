"""The study of transfer, small, and stopped in the middle."""

import dataclasses

import numpy as np
import pytest

from kerasdeep.recipes import data
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.studies import modules, run_study, transfer
from kerasdeep.recipes.studies.tools import by_class
from kerasdeep.recipes.studies.tools.two_data_sets import target_and_source
from kerasdeep.zoo.networks.cnn import ConvolutionalNetwork
from kerasdeep.zoo.studies import transfer as zoo
from tests.recipes.short import QUIET, metrics_of
from tests.recipes.studies.small_network import network


@pytest.mark.parametrize(
    ("num_rows", "expected"),
    [(3, [1, 1, 1]), (4, {(2, 1, 1), (1, 2, 1)}), (5, [2, 2, 1]), (6, [3, 2, 1]), (7, [4, 2, 1])],
)
def test_labels_are_drawn_evenly(num_rows, expected):
    labels = np.array([0, 1, 0, 2, 0, 1, 0])
    draws = [by_class.evenly(labels, num_rows, seed) for seed in range(20)]
    for draw in draws:
        assert len(set(draw)) == num_rows
        found = tuple(np.bincount(labels[draw], minlength=3).tolist())
        assert found in (expected if isinstance(expected, set) else {tuple(expected)})
    assert len({tuple(draw) for draw in draws}) > 10
    np.testing.assert_array_equal(draws[0][:3], by_class.evenly(labels, 3, 0))


def test_half_of_the_classes_are_a_data_set():
    images = data.load("digits")
    target, source = (by_class.of_classes(images, half) for half in (range(5, 10), range(5)))
    assert target.labels == (5, 6, 7, 8, 9) and source.labels is None
    assert target.num_classes == source.num_classes == 5
    for part in ("train", "validation", "test"):
        x, y = getattr(images, part).arrays
        for half, first in ((target, 5), (source, 0)):
            rows, labels = getattr(half, part).arrays
            chosen = (y >= first) & (y < first + 5)
            np.testing.assert_array_equal(rows, x[chosen])
            np.testing.assert_array_equal(labels, y[chosen] - first)
            assert getattr(half, part).num_rows == chosen.sum()


@pytest.fixture
def job(monkeypatch, tmp_path):
    """Returns a function from options to a run of two ways, two rates and a small source."""
    monkeypatch.setattr(zoo, "SOURCE", ConvolutionalNetwork(num_filters=(6,), depth=1))
    monkeypatch.setattr(zoo, "RATES", (0.003, 0.03))
    ways = {name: zoo.WAYS[name] for name in ("frozen", "random")}
    monkeypatch.setattr(zoo, "WAYS", ways)
    monkeypatch.setattr(transfer, "NUM_LABELS", (4, 100))

    def start(**options):
        told = {"output": str(tmp_path / "run"), "num_seeds": 1, "num_updates": 40, "epochs": 1}
        options = transfer.Options(**told | options, resume=True)
        return Job(options, transfer.load(options), Run(transfer.NAME, options), QUIET)

    return start


def test_a_study_compares_ways_and_goes_on_where_it_stopped(job, looked_at, monkeypatch, tmp_path):
    folders = [tmp_path / name for name in ("whole", "stopped")]
    whole, stopped = (
        dataclasses.replace(job().options, output=str(folder), resume=True) for folder in folders
    )
    _, table = run_study(transfer, whole, QUIET)
    assert modules()["transfer"] is transfer and [row[0] for row in table] == ["frozen", "random"]
    results = metrics_of(folders[0])["results"]
    assert [result["num_labels"] for result in results] == [5, 100] * 2  # one a class at least
    for few, many in (results[:2], results[2:]):
        assert many["test_errors"][0] < few["test_errors"][0] < 0.8
        for result in (few, many):
            found = {float(rate): error for rate, error in result["held_out_errors"].items()}
            assert result["chosen"] in found and found[result["chosen"]] == min(found.values())
    assert (folders[0] / "transfer.png").stat().st_size > 10_000
    images, judged = transfer.load(whole), ["validation"] * 8 + ["test"] * 4
    assert len(looked_at) == 12
    for (learned, (x, _)), part in zip(looked_at, judged, strict=True):
        np.testing.assert_array_equal(x, getattr(images, part).arrays[0])
        assert len(learned) == whole.num_updates

    monkeypatch.setattr(zoo, "WAYS", {"frozen": zoo.WAYS["frozen"]})
    monkeypatch.setattr(transfer, "NUM_LABELS", (4,))
    with monkeypatch.context() as halfway:
        halfway.setattr(transfer.Learners, "test_error", None)
        with pytest.raises(TypeError):
            run_study(transfer, stopped, QUIET)
    run_study(transfer, stopped, QUIET)
    assert len(looked_at) == 12 + 3
    assert metrics_of(folders[1])["results"] == results[:1]


def test_rates_are_chosen_without_a_test_row(job):
    whole = job()
    _, source = target_and_source(whole.options, "transfer")
    blind, before = (
        dataclasses.replace(whole, images=dataclasses.replace(images, test=None))
        for images in (whole.images, source.unflattened())
    )
    assert transfer.Learners(blind, before, 0).held_out_error("frozen", 100, 0.03) < 0.8


def test_a_saved_classifier_stands_for_a_source(job, tmp_path):
    network().save(tmp_path / "model.keras")
    learners = transfer.Learners(job(backbone=str(tmp_path / "model.keras")), None, 0)
    assert learners.test_error("frozen", 100, 0.03) < 0.8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backbone": "MobilNetV2"}, "Received: 'MobilNetV2'. Did you mean MobileNetV2"),
        ({"backbone": "what"}, "Received: 'what'. There are ConvNeXtBase, "),
        ({"backbone": "no.keras"}, "no.keras, which does not exist"),
        ({"backbone": "rbm"}, "Expected a classifier, .* Received: rbm, a RBM"),
        ({"backbone": "MobileNetV2", "source": "digits"}, "Received: both"),
        ({"backbone": "MobileNetV2", "image_size": 31}, "at least 32 x 32. Received: --image-size"),
        ({"backbone": "MobileNetV2", "weights": "no.h5"}, "Received: 'no.h5', which does not exis"),
        ({"backbone": "dbn-dnn"}, "rows of 784 values. Received: images of shape \\(8, 8\\)"),
        ({"backbone": "dbn-dnn", "weights": "random"}, "are for a --backbone of keras.applicatio"),
        ({"weights": "random"}, "Received: no --backbone"),
        ({"source": "digits"}, "Received: 'digits' as both"),
    ],
)
def test_what_cannot_be_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        transfer.load(transfer.Options(**options))


def test_data_that_does_not_fit_is_named(stripes, tmp_path):
    def load(**options):
        return transfer.load(transfer.Options(**options))

    with pytest.raises(ValueError, match="four classes or more.* Received: 3 in 'stripes.npz'"):
        load(dataset=stripes)
    assert load(source=stripes).image_shape == (8, 8)
    images = np.random.default_rng(0).random((60, 6, 6, 3), "float32")
    colored, unlabelled = str(tmp_path / "colored.npz"), str(tmp_path / "unlabelled.npy")
    np.savez(colored, x=images, y=np.arange(60) % 4)
    np.save(unlabelled, images[..., 0])
    assert load(dataset=stripes, source=colored).image_shape == (6, 6)
    with pytest.raises(ValueError, match="images with 1 channels. Received: 3"):
        load(dataset=colored, source=stripes)
    for options in ({"dataset": unlabelled}, {"source": unlabelled}):
        with pytest.raises(ValueError, match="transfer expects a data set with labels"):
            load(**options)
