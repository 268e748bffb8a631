"""The studies of samplers, of Hopfield networks and of few labels, small."""

import dataclasses

import numpy as np
import pytest

from kerasdeep.recipes.studies import (
    few_labels,
    hopfield_capacity,
    modules,
    run_study,
    sampler_comparison,
)
from kerasdeep.recipes.studies.tools import batches
from kerasdeep.zoo.boltzmann.rbm import BernoulliRBM
from kerasdeep.zoo.studies import few_labels as learners
from kerasdeep.zoo.studies import sampler_comparison as contestants
from tests.recipes.short import QUIET, metrics_of


def test_every_study_is_found_by_its_name():
    names = {"compare-samplers", "few-labels", "hopfield-capacity", "pretraining-effect"}
    assert set(modules()) >= names


def test_samplers_are_compared_by_likelihood_and_time(monkeypatch, tmp_path):
    monkeypatch.setattr(contestants, "ENTRY", BernoulliRBM(num_hidden=12))
    chosen = {name: contestants.SAMPLERS[name] for name in ("CD-1", "parallel tempering")}
    monkeypatch.setattr(contestants, "SAMPLERS", chosen)
    options = sampler_comparison.Options(
        binarization="threshold", epochs=2, num_temperatures=50, output=str(tmp_path)
    )
    _, table = run_study(sampler_comparison, options, QUIET)
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
        options = sampler_comparison.Options(output=str(tmp_path / "run"), binarization="none")
        run_study(sampler_comparison, options, QUIET)
    assert not (tmp_path / "run").exists()


def test_recall_breaks_down_beyond_capacity(monkeypatch, tmp_path):
    monkeypatch.setattr(hopfield_capacity, "LOADS", np.array([0.05, 0.3]))
    options = hopfield_capacity.Options(output=str(tmp_path), num_units=200, num_seeds=1)
    run_study(hopfield_capacity, options, QUIET)
    overlap = metrics_of(tmp_path)["overlap"]
    assert overlap["0.05"][0][0] > 0.97 and overlap["0.3"][0][0] < 0.7
    assert (tmp_path / "hopfield-capacity.png").stat().st_size > 10_000


def test_walks_have_the_classes_of_the_rows_they_start_from():
    class Turned:
        def sample(self, initial, steps, mean):
            assert (steps, mean) == (7, True)
            return 1 - initial

    images, labels = np.random.default_rng(0).uniform(size=(20, 3)), np.arange(20)
    part = batches.Part(images, labels, np.array([4, 9, 11]), size=2)
    ends = batches.walked(Turned(), part, steps=7, num_walks=4100, size=6)
    np.testing.assert_array_equal(ends.images, 1 - images[ends.labels])
    assert set(np.bincount(ends.labels)) == {0, 1366, 1367}
    for x, y in batches.endless([part, ends], 5, seed=0):
        assert set(y.numpy()) <= {4, 9, 11}
        expected = np.concatenate([images[y[:2]], 1 - images[y[2:]]])
        np.testing.assert_array_equal(x, expected)


def test_few_labels_are_enough_for_some_and_a_study_goes_on(looked_at, monkeypatch, tmp_path):
    monkeypatch.setattr(few_labels, "NUM_LABELS", (50, 500))
    monkeypatch.setattr(learners, "NUM_HIDDEN", 40)
    chosen = {"of 0.1": ("sgd", 0.3, 0.1)}
    monkeypatch.setattr(learners, "OF_RBMS", chosen)
    machine = dataclasses.replace(learners.MACHINE, num_hidden=(40, 20), epochs=10)
    monkeypatch.setattr(learners, "MACHINE", machine)
    walks = {"none": None, "of 3 steps": learners.Walks(0.5, 3)}
    monkeypatch.setattr(learners, "OF_DBMS", walks)
    monkeypatch.setattr(learners, "NUM_WALKS", 1000)
    rates = {
        "network": learners.OF_NETWORKS,
        "semi-supervised": chosen,
        "dbm": walks,
    }
    monkeypatch.setattr(learners, "CHOICES", rates)
    built, build = [], learners.build
    monkeypatch.setattr(learners, "build", lambda *args: built.append(args) or build(*args))
    folder = tmp_path / "run"
    options = few_labels.Options(output=str(folder), resume=True, num_seeds=1, num_updates=300)
    with monkeypatch.context() as stopped:
        stopped.setattr(few_labels.Learners, "test_error", None)
        with pytest.raises(TypeError):
            run_study(few_labels, options, QUIET)
    assert len(built) == 6  # networks of two rates and semi-supervised ones of two amounts
    _, table = run_study(few_labels, options, QUIET)
    assert [row[0] for row in table] == ["network", "semi-supervised", "dbm"]
    results = metrics_of(folder)["results"]
    assert len(results) == 6
    for few, many in (results[:2], results[2:4], results[4:]):
        assert many["test_errors"][0] < few["test_errors"][0] < 0.8  # 0.9 by chance
    for result in results:
        held_out = result["held_out_errors"]
        assert result["chosen"] == min(held_out, key=held_out.get)
    assert set(results[0]["held_out_errors"]) == set(learners.OF_NETWORKS)
    assert len(built) == 6 + 4
    images = few_labels.load(options)
    for number, (_, (x, _)) in enumerate(looked_at):
        rows = images.validation if number < 10 else images.test
        np.testing.assert_array_equal(x, rows.arrays[0])
    assert (folder / "few-labels.png").stat().st_size > 10_000
