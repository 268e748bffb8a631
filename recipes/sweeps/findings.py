"""What the trials of a sweep tell: each, the best, and what every hyper-parameter was worth."""

import warnings
from collections.abc import Sequence
from typing import Any

import keras_tuner
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.inspection import partial_dependence

OWN = "tuner/"  # what Hyperband notes among the values
BUDGET = "tuner/epochs"
LONGEST = np.log(1000)
FEWEST = 5
# Of ranges, and of the variance of scores; without ends, the search for them hangs on rounding.
LENGTHS, VARIANCES, NOISES = (0.1, 100.0), (1e-2, 1e2), (1e-4, 1.0)
NOISE = 1e-2  # where the search begins
ENDED_WELL = "COMPLETED"


def recorded(oracle: keras_tuner.Oracle) -> list[dict[str, Any]]:
    """Returns a dict for each trial that has ended, the best first, those that failed last."""
    ended = [oracle.trials[name] for name in oracle.end_order]
    sign = -1 if oracle.objective.direction == "max" else 1
    ended.sort(key=lambda trial: np.inf if trial.score is None else sign * trial.score)
    return [
        {
            "trial": trial.trial_id,
            "score": trial.score,
            "values": chosen(trial),
            "epochs": trial.hyperparameters.values.get(BUDGET),
            "failed": None if trial.status == ENDED_WELL else last_line(trial.message),
        }
        for trial in ended
    ]


def chosen(trial: keras_tuner.engine.trial.Trial) -> dict[str, float]:
    """Returns a dict from hyper-parameter to value, of those that the trial has."""
    values = trial.hyperparameters.values
    return {name: value for name, value in values.items() if not name.startswith(OWN)}


def written(value: float) -> str:
    """Returns a value as a person reads it."""
    return str(value) if isinstance(value, int) else f"{value:.3g}"


def last_line(message: str | None) -> str:
    """Returns what a traceback ends with."""
    last = (message or "").strip().rpartition("\n")[2]
    return last.rpartition("Error: ")[2]


def placed(oracle: keras_tuner.Oracle) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Returns where the trials that ended well are in the search space.

    Returns:
        `(names, places, scores)`: of every hyper-parameter the place of its value in its range,
        from 0 to 1; NaN where a trial has none. In a last column, the logarithm of its epochs where
        these differ; shape `(num_trials, num_names + 1)`.
    """
    trials = [trial for trial in oracle.trials.values() if trial.status == ENDED_WELL]
    space = oracle.get_space().space
    values = [trial.hyperparameters.values for trial in trials]
    places = [
        [hp.value_to_prob(own[hp.name]) if hp.name in own else np.nan for hp in space]
        # Where trials have unequal budgets, what that is worth is not to be taken for theirs.
        + [np.log(own.get(BUDGET, 1)) / LONGEST]
        for own in values
    ]
    scores = np.array([trial.score for trial in trials])
    return [hp.name for hp in space], np.array(places).reshape(len(trials), len(space) + 1), scores


def worth(names: Sequence[str], places: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Returns what each hyper-parameter was worth, in units of the objective, the most first.

    A Gaussian process with a length scale for each learns scores from places; while one
    hyper-parameter goes through its range and the others are as they were in the trials, the mean
    prediction goes from its least to its most. Interactions are not told apart. Where a trial has
    none, it takes the mean place of the others.

    Args:
        names, places, scores: as of `placed`.

    Returns:
        An empty dict for fewer than five trials, which tell nothing.

    Reference: Friedman (2001), Greedy function approximation, Annals of Statistics 29, section 8.2,
    on partial dependence.
    """
    if len(scores) < FEWEST:
        return {}
    there = ~np.isnan(places)
    means = np.where(there, places, 0).sum(axis=0) / np.maximum(1, there.sum(axis=0))
    places = np.where(there, places, means)
    lengths = Matern(np.ones(places.shape[1]), LENGTHS, nu=2.5)
    smooth = ConstantKernel(1.0, VARIANCES) * lengths + WhiteKernel(NOISE, NOISES)
    process = GaussianProcessRegressor(
        smooth, normalize_y=True, n_restarts_optimizer=2, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what is worth nothing has no scale
        process.fit(places, scores)
    effects = {}
    for number, name in enumerate(names):
        mean = partial_dependence(process, places, [number], kind="average")["average"]
        effects[name] = float(np.ptp(mean))
    return dict(sorted(effects.items(), key=lambda item: -item[1]))
