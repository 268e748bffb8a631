"""Trials are chosen by a seed, also where a sweep was killed at any moment and went on."""

import itertools

import keras_tuner
import numpy as np
import pytest

from kerasdeep.recipes.sweeps import oracles
from kerasdeep.recipes.sweeps.oracles import TUNERS, make

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # keras-tuner's own
TRIALS, FEW = 14, 5


class Killed(BaseException):
    """Where a process is killed."""


class Planted(keras_tuner.engine.base_tuner.BaseTuner):
    """Measures a function with its optimum at `x = 0.3`, and at two layers of 64 where asked."""

    def __init__(self, oracle, folder):
        super().__init__(oracle, directory=str(folder), project_name="trials")
        self.trained = []

    def save(self):
        self.oracle.save()

    def run_trial(self, trial):
        hp = trial.hyperparameters
        self.trained.append(trial.trial_id)
        score = -((hp.get("x") - 0.3) ** 2)
        if "layers" in hp:
            widths = [hp.get(f"width_{n}") for n in (1, 2, 3) if f"width_{n}" in hp]
            score -= 0.1 * abs(hp.get("layers") - 2) + 0.05 * np.mean(np.abs(np.log2(widths) - 6))
        return {"score": score}


def planted(name, folder, seed=0, trials=TRIALS, deep=True):
    hp = keras_tuner.HyperParameters()
    hp.Float("x", 0.0, 1.0)
    if deep:
        hp.Int("layers", 1, 3)
    for n in (1, 2, 3) if deep else ():
        parent = {"parent_name": "layers", "parent_values": list(range(n, 4))} if n > 1 else {}
        hp.Int(f"width_{n}", 8, 512, sampling="log", **parent)
    objective = keras_tuner.Objective("score", "max")
    oracle = make(name, objective, hp, trials, epochs=9, seed=seed)
    oracle.start_in(folder / "trials")
    return Planted(oracle, folder)


def found(tuner):
    """Returns the values and the score of every trial, in the order of their numbers."""
    trials = sorted(tuner.oracle.trials.items())
    return [(name, trial.hyperparameters.values, trial.score) for name, trial in trials]


@pytest.mark.parametrize("name", TUNERS)
def test_one_seed_gives_the_same_trials(name, tmp_path):
    results = []
    for number, seed in enumerate((0, 0, 1)):
        tuner = planted(name, tmp_path / str(number), seed, deep=name != "bayesian")
        tuner.search()
        assert len(tuner.trained) == TRIALS
        results.append(found(tuner))
    assert results[0] == results[1]
    assert results[0] != results[2] or name == "grid"


@pytest.mark.parametrize(
    ("trials", "epochs", "budgets"),
    [
        (30, 80, [9, 27, 80]),
        (30, 27, [3, 9, 27]),
        (13, 9, [1, 3, 9]),
        (6, 9, [9]),
        (100, 9, [1, 3, 9]),
    ],
)
def test_hyperband_trains_the_best_for_longest(trials, epochs, budgets, tmp_path):
    hp = keras_tuner.HyperParameters()
    hp.Float("x", 0.0, 1.0)
    objective = keras_tuner.Objective("score", "max")
    oracle = make("hyperband", objective, hp, trials, epochs, seed=0)
    oracle.start_in(tmp_path / "trials")
    Planted(oracle, tmp_path).search()
    values = [oracle.trials[name].hyperparameters.values for name in oracle.start_order]
    assert len(values) == trials
    assert sorted({one["tuner/epochs"] for one in values}) == budgets
    first_of_all, longest = values[0], next(v for v in values if v["tuner/epochs"] == epochs)
    assert first_of_all["tuner/epochs"] == budgets[0]
    before = values[: values.index(longest)] or [longest]
    assert abs(longest["x"] - 0.3) == min(abs(one["x"] - 0.3) for one in before)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("name", TUNERS)
def test_a_sweep_killed_at_any_file_it_writes_ends_the_same(name, before, tmp_path, monkeypatch):
    deep, step = (False, 6) if name == "bayesian" else (True, 1)  # each of its trials takes long
    whole = planted(name, tmp_path / "whole", 0, FEW, deep)
    whole.search()
    write, left = oracles._write, 0

    def write_or_die(path, state):
        nonlocal left
        left -= 1
        if left or not before:
            write(path, state)
        if not left:
            raise Killed

    monkeypatch.setattr(oracles, "_write", write_or_die)
    for kills in itertools.count(1, step):
        left, folder = kills, tmp_path / str(kills)
        try:
            planted(name, folder, 0, FEW, deep).search()
            break
        except Killed:
            tuner = planted(name, folder, 0, FEW, deep)
        done = set(tuner.oracle.end_order)
        tuner.search()
        assert not done & set(tuner.trained)  # what has ended is not trained again
        assert found(tuner) == found(whole)
    assert kills > 20


def test_bayesian_search_beats_random(tmp_path):
    """Where the optimum is planted: ten seeds; a sign test, false alarm 1 %."""
    wins = 0
    for seed in range(10):
        best = {}
        for name in ("random", "bayesian"):
            tuner = planted(name, tmp_path / f"{name}-{seed}", seed, trials=9, deep=False)
            tuner.search()
            best[name] = tuner.oracle.get_best_trials()[0].score
        wins += best["bayesian"] > best["random"]
    assert wins >= 9
