"""The studies of samplers and of Hopfield networks, small; likelihoods and labels in recipes."""

import json

import numpy as np
import pytest
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.recipes import (
    class_rbm,
    conv_rbm,
    few_labels,
    hopfield_capacity,
    rbm,
    sampler_comparison,
)
from kerasdeep.recipes.evaluation import evaluate_model
from kerasdeep.recipes.options import Options, StudyOptions
from kerasdeep.recipes.sampling import draw_samples
from kerasdeep.zoo import few_labels as learners
from kerasdeep.zoo import sampler_comparison as contestants

QUIET = Console(quiet=True)


def metrics_of(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_samplers_are_compared_by_likelihood_and_time(monkeypatch, tmp_path):
    monkeypatch.setattr(contestants, "NUM_HIDDEN", 12)
    chosen = {name: contestants.SAMPLERS[name] for name in ("CD-1", "parallel tempering")}
    monkeypatch.setattr(contestants, "SAMPLERS", chosen)
    options = Options(binarization="threshold", epochs=2, num_temperatures=50, output=str(tmp_path))
    _, table = sampler_comparison.train(options, QUIET)
    assert [row[0].partition(",")[0] for row in table] == [*chosen, "parallel tempering"]
    assert len(metrics_of(tmp_path)["results"]["parallel tempering"]["swap_rate"]) == 9
    for result in metrics_of(tmp_path)["results"].values():
        assert len(result["seconds"]) == len(result["log_likelihood"]) == 2
        # 12 hidden units: the exact value is known, and the looks on the way are near it.
        exact = result["final"]["exact"]["mean"]
        assert result["log_likelihood"][-1] == pytest.approx(exact, abs=0.5)
    assert (tmp_path / "compare-samplers.png").stat().st_size > 10_000


def test_grey_levels_have_no_likelihood_to_compare(tmp_path):
    with pytest.raises(ValueError, match="--binarize stochastic"):
        sampler_comparison.train(Options(output=str(tmp_path / "run"), epochs=1), QUIET)
    assert not (tmp_path / "run").exists()


def test_recall_breaks_down_beyond_capacity(monkeypatch, tmp_path):
    monkeypatch.setattr(hopfield_capacity, "LOADS", np.array([0.05, 0.3]))
    options = Options(output=str(tmp_path))
    hopfield_capacity.train(options, 200, 1, QUIET)
    overlap = metrics_of(tmp_path)["overlap"]
    assert overlap["0.05"][0][0] > 0.97 and overlap["0.3"][0][0] < 0.7
    assert (tmp_path / "hopfield-capacity.png").stat().st_size > 10_000


def test_binary_data_gets_a_likelihood_and_small_models_an_exact_one(tmp_path):
    arguments = {"binarization": "threshold", "epochs": 1, "num_temperatures": 200}
    for name, ways in (("rbm", {"forward", "reverse"}), ("rbm-20", {"exact"})):
        folder = tmp_path / name
        rbm.train(zoo.get(name), Options(output=str(folder), **arguments), QUIET)
        found = metrics_of(folder)["test_log_likelihood"]
        assert set(found) == ways
        assert all(-60 < estimate["mean"] < -10 for estimate in found.values())


@pytest.mark.parametrize("name", ["class-rbm", "class-rbm-generative"])
def test_a_classification_rbm_learns_saves_and_draws_by_label(name, tmp_path):
    options = Options(output=str(tmp_path), epochs=4)
    _, table = class_rbm.train(zoo.get(name), options, QUIET)
    assert metrics_of(tmp_path)["test"]["error"] < 0.5  # 0.9 by chance
    assert table[0][0] == "test error"
    for file in ("model.keras", "filters.png", "learning_curves.png"):
        assert (tmp_path / file).is_file()
    assert (tmp_path / "by_label.png").is_file() is (name == "class-rbm-generative")


def test_features_of_a_convolutional_rbm_tell_digits_apart(tmp_path):
    conv_rbm.train(zoo.get("conv-rbm"), Options(output=str(tmp_path)), QUIET)
    assert metrics_of(tmp_path)["test"]["error_of_features"] < 0.12  # 0.9 by chance
    for file in ("model.keras", "filters.png", "reconstructions.png", "learning_curves.png"):
        assert (tmp_path / file).is_file()
    dataset, rows = evaluate_model(tmp_path)
    assert dataset == "digits" and rows[1][0] == "reconstruction error"
    with pytest.raises(ValueError, match="RBM or a DBN, which can be sampled"):
        draw_samples(tmp_path, 4, 10, 0)


def test_few_labels_are_enough_for_some_and_a_study_goes_on(monkeypatch, tmp_path):
    monkeypatch.setattr(few_labels, "NUM_LABELS", (50, 500))
    monkeypatch.setattr(learners, "NUM_HIDDEN", 40)
    chosen = {"of 0.1": ("sgd", 0.3, 0.1)}
    monkeypatch.setattr(learners, "OF_RBMS", chosen)
    rates = {"network": learners.OF_NETWORKS, "semi-supervised": chosen}
    monkeypatch.setattr(learners, "CHOICES", rates)
    built, build = [], learners.build
    monkeypatch.setattr(learners, "build", lambda *args: built.append(args) or build(*args))
    folder = tmp_path / "run"
    options = StudyOptions(output=str(folder), resume=True, num_seeds=1, num_updates=300)
    with monkeypatch.context() as stopped:
        stopped.setattr(few_labels.Repetition, "test_error", None)
        with pytest.raises(TypeError):
            few_labels.train(options, QUIET)
    assert len(built) == 6
    _, table = few_labels.train(options, QUIET)
    assert [row[0] for row in table] == ["network", "semi-supervised"]
    results = metrics_of(folder)["results"]
    assert len(results) == 4
    for few, many in (results[:2], results[2:]):
        assert many["test_errors"][0] < few["test_errors"][0] < 0.8  # 0.9 by chance
    assert set(results[0]["held_out_errors"]) == set(learners.OF_NETWORKS)
    assert len(built) == 6 + 4
    assert (folder / "few-labels.png").stat().st_size > 10_000
