"""Weight scaling beside averages: what is averaged, and that a resumed study gives the same."""

import types

import numpy as np
import pytest

from kerasdeep.recipes.studies import average_comparison as study
from kerasdeep.recipes.studies import run_study
from tests.recipes.short import QUIET, metrics_of, numbers_of

SMALL = {"num_seeds": 1, "num_updates": 20, "num_masks": 5, "num_members": 2}


def job_of(labels):
    test = types.SimpleNamespace(arrays=(None, np.array(labels)))
    return types.SimpleNamespace(images=types.SimpleNamespace(test=test))


def test_errors_are_those_of_the_mean_of_the_first_answers():
    answers = [
        np.array([[0.6, 0.4], [0.9, 0.1]]),
        np.array([[0.3, 0.7], [0.2, 0.8]]),
        np.array([[0.3, 0.7], [0.0, 1.0]]),
    ]
    found = study.errors_of(answers, job_of([1, 1]))
    assert found == {"numbers": [1, 2, 3], "test_errors": [1.0, 0.5, 0.0]}


def test_masks_are_new_for_every_pass_and_average_to_weight_scaling_of_a_line():
    """100 passes; the mean of 400 answers is within 5 of its own standard errors."""
    import keras

    from kerasdeep.layers import Dropout

    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((6,)), Dropout(0.5), keras.layers.Dense(1)])
    rows = np.random.default_rng(0).random((20, 6)).astype("float32")
    passes = np.stack([study._masked(network, rows) for _ in range(400)])[..., 0]
    assert not np.array_equal(passes[0], passes[1])
    error = passes.std(axis=0) / 20
    assert (np.abs(passes.mean(axis=0) - network.predict(rows, verbose=0)[:, 0]) < 5 * error).all()


def test_a_stopped_study_goes_on_to_the_same_end(tmp_path, monkeypatch):
    def options(name, **more):
        return study.Options(output=str(tmp_path / name), **SMALL, **more)

    run_study(study, options("whole"), QUIET)
    whole = study.of_starts

    def stop(job, seed):
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "of_starts", stop)
    with pytest.raises(KeyboardInterrupt):
        run_study(study, options("stopped"), QUIET)
    monkeypatch.setattr(study, "of_starts", whole)
    monkeypatch.setattr(study, "of_bagging", stop)  # which is done already
    _, table = run_study(study, options("stopped", resume=True), QUIET)
    one, other = (dict(numbers_of(metrics_of(tmp_path / name))) for name in ("whole", "stopped"))
    assert one == other
    ways = {result["way"] for result in metrics_of(tmp_path / "whole")["results"]}
    assert ways == {study.SCALING, study.MASKS, study.BAGGING, study.STARTS}
    assert len(table) == 1 + 3 + 2 + 2
    assert (tmp_path / "whole" / "compare-averages.png").is_file()
