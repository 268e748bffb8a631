"""Learners by the number of labels that they see, each as it does best on validation rows."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kerasdeep.recipes.studies.tools.plots import (
    logarithmic_amounts,
    logarithmic_errors,
    mean_and_range,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.recipes.runs.job import Job


class Learners(Protocol):
    """All learners of one seed."""

    def held_out_error(self, learner: str, num_labels: int, choice: Any) -> float:
        """Returns the error on validation rows of a learner with one of its choices."""

    def test_error(self, learner: str, num_labels: int, choice: Any) -> float:
        """Returns the error on the test rows."""


def lowest(errors: Mapping[Any, float]) -> Any:
    """Returns the first of the choices with the lowest error."""
    return min(errors, key=errors.get)


def measure(
    job: "Job",
    choices: Mapping[str, Iterable[Any]],
    amounts: Sequence[int],
    learners_of: Callable[[int], Learners],
    best: Callable[[Mapping[Any, float]], Any] = lowest,
) -> dict[str, Any]:
    """Returns the test errors of every learner and number of labels, seed by seed.

    Args:
        job: `kerasdeep.recipes.runs.job.Job`.
        choices: dict from learner to what there is to choose.
        amounts: numbers of labels.
        learners_of: function from seed to `Learners`.
        best: function from a dict of validation errors by choice to the choice. Default `lowest`.
    """
    cells = list(itertools.product(choices, amounts))
    held_out, chosen, errors = {}, {}, {cell: [] for cell in cells}
    for seed in range(job.options.num_seeds):
        learners = learners_of(seed)

        # 1. What there is to choose, once, on validation rows.
        if seed == 0:
            for cell in cells:
                tried = choices[cell[0]]
                held_out[cell] = {
                    choice: learners.held_out_error(*cell, choice) for choice in tried
                }
                chosen[cell] = best(held_out[cell])
                found = ", ".join(f"{c}: {100 * e:.2f} %" for c, e in held_out[cell].items())
                job.say(f"{_name(*cell)}: {chosen[cell]}, held out {found}")

        # 2. Every learner with every number of labels.
        for cell in cells:
            error = learners.test_error(*cell, chosen[cell])
            errors[cell].append(error)
            job.say(f"{_name(*cell)}, seed {seed}: test error {100 * error:.2f} %")
    results = [
        {
            "learner": learner,
            "num_labels": amount,
            "chosen": chosen[learner, amount],
            "held_out_errors": held_out[learner, amount],
            "test_errors": found,
        }
        for (learner, amount), found in errors.items()
    ]
    return {"results": results}


def _name(learner, num_labels):
    return f"{learner}, {num_labels:,} labels"


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each learner, its mean errors by number of labels."""
    import numpy as np

    lines, amounts = {}, []
    for result in metrics["results"]:
        line = lines.setdefault(result["learner"], [])
        line.append(f"{100 * np.mean(result['test_errors']):.2f}")
        amounts.append(f"{result['num_labels']:,}")
    about = f"test error, %, with {', '.join(dict.fromkeys(amounts))} labels"
    return [(learner, "  ".join(line), about) for learner, line in lines.items()]


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws test error against the number of labels, a line for each learner."""
    import numpy as np

    from kerasdeep import pictures

    errors = {
        (result["learner"], result["num_labels"]): result["test_errors"]
        for result in metrics["results"]
    }
    learners, amounts = (list(dict.fromkeys(part)) for part in zip(*errors, strict=True))
    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    for shift, learner in enumerate(learners):
        found = [[100 * e for e in errors[learner, amount]] for amount in amounts]
        mean, spread = mean_and_range(found)
        places = np.array(amounts) * (1 + 0.04 * (shift - 1))
        axes.errorbar(places, mean, spread, marker="o", capsize=3, label=learner)
    axes.set(xlabel="labels", ylabel="test error, %: mean, best and worst seed")
    logarithmic_amounts(axes, amounts)
    logarithmic_errors(axes)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
