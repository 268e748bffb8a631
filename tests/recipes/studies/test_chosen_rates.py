"""How rates are chosen, and trainings watched, for studies that compare learners at their best."""

import dataclasses
import math

import keras
import numpy as np
import pytest

from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.studies import optimizer_comparison
from kerasdeep.recipes.studies.tools import batches, chosen_rates, rate_grid
from kerasdeep.zoo.studies import optimizer_comparison as zoo
from tests.recipes.short import QUIET


@pytest.fixture
def job(monkeypatch, tmp_path):
    """A run with 40 updates of small networks."""
    monkeypatch.setattr(zoo, "NUM_HIDDEN", (10,))
    options = optimizer_comparison.Options(output=str(tmp_path), num_updates=40)
    images = optimizer_comparison.load(options)
    return Job(options, images, Run(optimizer_comparison.NAME, options), QUIET)


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        (0.03, (0.01, 0.03, 0.1)),
        (0.3, (0.01, 0.03, 0.1, 0.3, 1.0)),
        (30.0, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)),
        (0.0003, (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)),
        (1e-9, (1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1)),
    ],
)
def test_a_grid_grows_until_its_best_rate_is_inside(best, expected):
    errors = rate_grid.errors_by_rate(lambda rate: abs(math.log(rate / best)), (0.01, 0.03, 0.1))
    assert tuple(errors) == expected
    assert rate_grid.best_rate(errors) == max(best, rate_grid.LOWEST)


def test_a_grid_grows_where_an_edge_is_as_good_as_the_best():
    errors = rate_grid.errors_by_rate(lambda rate: 0.2 if 0.003 <= rate <= 0.1 else 1.0, (0.03,))
    assert list(errors) == [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
    assert rate_grid.best_rate(errors) == 0.03


def test_rates_are_chosen_on_validation_rows_and_judged_on_test_rows(job):
    def expected(rows):
        keras.utils.set_random_seed(0)
        network = zoo.build("SGD", 0.1, 64, 10)
        learned = batches.passes(images.train, np.arange(images.train.num_rows), 40, seed=0)
        return batches.error_of(network, learned, rows)

    images = job.images
    blind = dataclasses.replace(job, images=dataclasses.replace(images, test=None))
    held_out = chosen_rates.Trainings(blind, zoo.build).held_out_error("SGD", 0.1)
    assert held_out == pytest.approx(expected(images.validation.arrays))
    result = chosen_rates.Trainings(job, zoo.build).result("SGD", 0.1, 0)
    assert result["test_error"] == pytest.approx(expected(images.test.arrays))
    assert result["validation_errors"][-1] == held_out


def test_learners_differ_in_nothing_else_and_a_seed_in_all(job):
    def build(learner, *arguments, **further):
        return zoo.build("SGD", *arguments, **further)

    trainings = chosen_rates.Trainings(job, build)
    one = trainings.result("one", 0.1, 0)
    assert trainings.result("other", 0.1, 0) == one
    assert trainings.result("one", 0.1, 1) != one


def test_what_diverges_has_an_error_of_one(job):
    result = chosen_rates.Trainings(job, zoo.build).result("SGD", 1e30, 0)
    assert result == {
        "losses": [None] * 20,
        "validation_errors": [1.0] * 20,
        "test_error": 1.0,
    }


@pytest.mark.parametrize(("num_updates", "num_looks"), [(60, 20), (37, 1)])
def test_learners_make_the_updates_asked_for(num_updates, num_looks, job):
    built = []

    def build(*arguments, **further):
        built.append(zoo.build(*arguments, **further))
        return built[-1]

    options = dataclasses.replace(job.options, num_updates=num_updates)
    trainings = chosen_rates.Trainings(dataclasses.replace(job, options=options), build)
    result = trainings.result("SGD", 0.1, 0)
    assert int(built[0].optimizer.iterations) == num_updates
    looks = trainings.updates_of_looks()
    assert len(result["losses"]) == len(looks) == num_looks and looks[-1] == num_updates
