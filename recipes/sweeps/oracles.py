"""What chooses the next trial: keras-tuner's oracles, kept so that a killed sweep goes on exactly.

Theirs lose a file that a kill cuts short, skip a trial whose folder is there before they note it,
and forget, from process to process, how far a grid or the random numbers of Bayesian search are.
"""

import functools
import json
import warnings
from pathlib import Path
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.src import config
from keras_tuner.src.engine import conditions
from sklearn.exceptions import ConvergenceWarning

from kerasdeep.backend.files import written_whole

# Theirs prints a number for each layer that goes from a chief to a worker, and a traceback for
# each trial that failed, which the trial keeps.
conditions.print = lambda *values: None
config.DEBUG = False


class Lasting:
    """An oracle whose state on the disk is whole at any moment.

    Attributes:
        finished: whether there are no more trials to be had.
    """

    finished = False

    def get_state(self) -> dict[str, Any]:
        return super().get_state() | {"finished": self.finished}

    def set_state(self, state: dict[str, Any]) -> None:
        super().set_state(state)
        self.finished = state["finished"]

    def save(self) -> None:
        _write(self._state, self.get_state())

    def _save_trial(self, trial):
        _write(Path(self._get_trial_dir(trial.trial_id)) / "trial.json", trial.get_state())

    def start_in(self, folder: Path, keep_workers: bool = False) -> None:
        """Goes on where the process before was killed, if there was one.

        Args:
            folder: folder of all trials.
            keep_workers: whether a trial that was under way stays its worker's, who may still be at
                work on it; else it is the next.
        """
        self._set_project_dir(str(folder.parent), folder.name)
        self.verbose = 0
        self.reload()
        if keep_workers and self._state.exists():
            ongoing = json.loads(self._state.read_text())["ongoing_trials"]
            kept = {worker: name for worker, name in ongoing.items() if name in self._retry_queue}
            self.ongoing_trials = {worker: self.trials[name] for worker, name in kept.items()}
            self._retry_queue = [n for n in self._retry_queue if n not in kept.values()]

    @property
    def _state(self):
        return Path(self._project_dir) / "oracle.json"

    def reload(self) -> None:
        if self._state.exists():
            super().reload()
            # A trial that was noted in its own folder alone is chosen again.
            self.trials = {name: self.trials[name] for name in self.start_order}
            # Theirs notes that a trial has ended before it is no longer under way.
            self._retry_queue = [name for name in self._retry_queue if name not in self.end_order]


class Random(Lasting, keras_tuner.oracles.RandomSearchOracle):
    """Trials at random."""


class Hyperband(Lasting, keras_tuner.oracles.HyperbandOracle):
    """Many short trials; the best of them again, longer."""

    def fit_to(self, trials: int) -> None:
        """Begins with a bracket that ends within so many trials.

        Theirs begins with trials of one epoch, so many that a shorter sweep has no others.
        """
        number = self._get_num_brackets() - 1
        while number and sum(self._get_size(number, r) for r in range(number + 1)) > trials:
            number -= 1
        self.max_trials = trials
        self.min_epochs = self.max_epochs / (self.factor**number + 0.5)
        self._current_bracket, self._brackets = number, []
        self._start_new_bracket()


class Bayesian(Lasting, keras_tuner.oracles.BayesianOptimizationOracle):
    """Trials where a Gaussian process expects the most, after some at random."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        self._random_state = np.random.RandomState(self.seed + len(self.trials))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # few trials tell no length scale
            return super().populate_space(trial_id)


class Grid(Lasting, keras_tuner.oracles.GridSearchOracle):
    """All trials of a grid, ten values of a range, in their order from the entry's own."""

    def reload(self) -> None:
        super().reload()
        values = {name: trial.hyperparameters.values for name, trial in self.trials.items()}
        order = functools.cmp_to_key(lambda one, other: self._compare(values[one], values[other]))
        for name in sorted(self.trials, key=order):
            self._ordered_ids.insert(name)
            self._populate_next.append(name)


TUNERS = {"random": Random, "hyperband": Hyperband, "bayesian": Bayesian, "grid": Grid}


def make(
    name: str,
    objective: keras_tuner.Objective,
    hp: keras_tuner.HyperParameters,
    trials: int,
    epochs: int,
    seed: int,
) -> keras_tuner.Oracle:
    """Returns an oracle.

    Args:
        name: one of `TUNERS`.
        objective: what is to be best.
        hp: the search space.
        trials: how many there are at most.
        epochs: of the longest trials of Hyperband.
        seed: integer seed; the same gives the same trials.
    """
    common = {
        "objective": objective,
        "hyperparameters": hp,
        "seed": seed + 1,  # theirs takes 0 for none
        "max_consecutive_failed_trials": trials + 1,
    }
    if name == "hyperband":
        oracle = Hyperband(max_epochs=epochs, hyperband_iterations=trials, **common)
        oracle.fit_to(trials)
        return oracle
    if name == "bayesian":  # of its own accord, three at random for each dimension
        common["num_initial_points"] = max(2, trials // 4)
    return TUNERS[name](max_trials=trials, **common)


def _write(path, state):
    with written_whole(path) as unfinished:
        unfinished.write_text(json.dumps(state))
