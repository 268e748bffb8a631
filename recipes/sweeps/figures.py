"""Pictures of a sweep."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras_tuner
import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.sweeps import findings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKED = (0.0, 0.5, 1.0)
PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}  # behind a number


def parallel_coordinates(
    space: Sequence[keras_tuner.engine.hyperparameters.HyperParameter],
    places: np.ndarray,
    scores: np.ndarray,
    objective: keras_tuner.Objective,
) -> "Figure":
    """Draws a line for each trial through its hyper-parameters to its score, the best on top.

    It has a gap where a trial has no such hyper-parameter.

    Args:
        space: the hyper-parameters.
        places, scores: as of `findings.placed`.
        objective: what the scores are.
    """
    figure = pictures.new_figure(1.3 * (len(space) + 1) + 1, 4.5)
    axes = figure.subplots()
    low, high = scores.min(), scores.max()
    heights = (scores - low) / (high - low or 1)
    lines = np.column_stack([places[:, : len(space)], heights])
    order = np.argsort(scores if objective.direction == "max" else -scores)
    for rank, number in enumerate(order):
        best = rank == len(order) - 1
        goodness = rank / max(1, len(order) - 1)
        axes.plot(
            lines[number],
            color="black" if best else str(0.92 - 0.45 * goodness),
            linewidth=2.5 if best else 0.8 + goodness,
        )
    names = [hp.name.replace("_", " ") for hp in space]
    for column, hp in enumerate(space):
        axes.axvline(column, color="0.8", linewidth=0.8, zorder=0)
        for value in dict.fromkeys(hp.prob_to_value(min(place, 0.9999)) for place in MARKED):
            where, label = (column, hp.value_to_prob(value)), findings.written(value)
            axes.annotate(label, where, fontsize=8, color="tab:blue", bbox=PAPER)
    for place in MARKED:
        score = f"{low + place * (high - low):.4g}"
        axes.annotate(score, (len(space), place), color="tab:blue", bbox=PAPER)
    axes.set_xticks(range(len(space) + 1), [*names, objective.name.replace("_", " ")], rotation=30)
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.set_title(f"{len(scores)} trials, the best in black")
    return figure


def bars(worth: dict[str, float], objective: str) -> "Figure":
    """Draws what each hyper-parameter was worth."""
    figure = pictures.new_figure(6, 0.4 * len(worth) + 1)
    axes = figure.subplots()
    names = [name.replace("_", " ") for name in worth]
    axes.barh(names[::-1], list(worth.values())[::-1], color="0.4")
    axes.locator_params(axis="x", nbins=5)
    axes.set(title="What each hyper-parameter was worth", xlabel=objective.replace("_", " "))
    return figure
