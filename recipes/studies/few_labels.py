"""Study: what do Boltzmann machines gain over a plain network where labels are few?

All learners see the same labelled rows for the same number of updates. Of the batches of the
semi-supervised one, half are rows without a label, from all of the training data. The deep
Boltzmann machine has learned from all of these before, and from no label; it is unrolled as a
network, which also sees where the machine's chains go from labelled rows, as rows of their class.
"""

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools.plots import logarithmic_errors, mean_and_range
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import few_labels as zoo

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.models import DBM
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

NAME = "few-labels"
NUM_LABELS = (100, 1_000, 10_000)


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Measure what Boltzmann machines gain over a network where labels are few."""

    num_updates: int = parameter(2000, "Updates of each learner.", low=1, flag="updates")


def load(options: Options) -> "Images":
    """Returns a data set with labels."""
    return options.load().labelled(NAME)


def measure(job: "Job") -> dict[str, Any]:
    """Returns the test errors of every learner and number of labels, seed by seed."""
    num_rows = job.images.train.num_rows
    amounts = sorted({min(number, num_rows) for number in NUM_LABELS})
    cells = list(itertools.product(zoo.CHOICES, amounts))
    held_out, chosen, errors = {}, {}, {cell: [] for cell in cells}
    for seed in range(job.options.num_seeds):
        learners = Learners(job, seed)

        # 1. What there is to choose, once, on validation rows.
        if seed == 0:
            for cell in cells:
                choices = zoo.CHOICES[cell[0]]
                held_out[cell] = {
                    choice: learners.held_out_error(*cell, choice) for choice in choices
                }
                chosen[cell] = min(choices, key=held_out[cell].get)
                job.console.print(f"{_name(*cell)}: {chosen[cell]}, held out {held_out[cell]}")

        # 2. Every learner with every number of labels.
        for cell in cells:
            error = learners.test_error(*cell, chosen[cell])
            errors[cell].append(error)
            job.console.print(f"{_name(*cell)}, seed {seed}: test error {100 * error:.2f} %")
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


class Learners:
    """The learners of one seed. What was once measured is kept in the folder of the run.

    Args:
        job: `kerasdeep.recipes.runs.job.Job`.
        seed: integer seed of everything random, the labelled rows among it.
    """

    def __init__(self, job: "Job", seed: int) -> None:
        import numpy as np

        self.job, self.seed = job, seed
        self.order = np.random.default_rng(seed).permutation(job.images.train.num_rows)

    def held_out_error(self, learner: str, num_labels: int, choice: str) -> float:
        """Returns the error on validation rows."""
        name = f"held-out-{learner}-{num_labels}-{choice}"
        rows = self.job.images.validation.arrays
        return self.job.run.remember(name, self._error, learner, num_labels, choice, rows)

    def test_error(self, learner: str, num_labels: int, choice: str) -> float:
        """Returns the error on the test rows."""
        name = f"test-{learner}-{num_labels}-{self.seed}"
        rows = self.job.images.test.arrays
        return self.job.run.remember(name, self._error, learner, num_labels, choice, rows)

    @functools.cached_property
    def machine(self) -> "DBM":
        """The deep Boltzmann machine, trained without labels."""
        import keras

        job, entry = self.job, zoo.MACHINE
        keras.utils.set_random_seed(self.seed)
        batch_size = entry.batch_size_for(job.images.train.num_rows)
        updates = job.num_updates(sum(entry.stages()), batch_size)
        model = entry.build(job.rows, updates, self.seed)
        stage = f"dbm-{self.seed}"
        return job.fit(stage, model, entry.stages(), batch_size, self.seed, validate=False).model

    def _error(self, learner, num_labels, choice, rows):
        import keras

        from kerasdeep.recipes.studies.tools.batches import endless, error_of

        if learner == "dbm":
            _ = self.machine  # which draws numbers of its own
        keras.utils.set_random_seed(self.seed)
        images, num_updates = self.job.images, self.job.options.num_updates
        if learner == "dbm":
            model = zoo.unrolled(self.machine, images.num_classes, num_updates)
        else:
            sizes = rows[0].shape[1], images.num_classes
            model = zoo.build(learner, choice, *sizes, num_updates, self.seed)
        parts = self._parts(learner, self.order[:num_labels], choice)
        return error_of(model, endless(parts, num_updates, self.seed), rows)

    def _parts(self, learner, numbers, choice):
        """Returns what a batch has: labelled rows, and rows without a label or walks from them."""
        from kerasdeep.recipes.studies.tools import batches

        train, size = self.job.images.train, batches.BATCH_SIZE
        if learner == "semi-supervised":
            half = size // 2
            known = batches.labelled(train, numbers, half)
            return [known, batches.unlabelled(train, self.order, half)]
        walks = zoo.OF_DBMS[choice] if learner == "dbm" else None
        if not walks:
            return [batches.labelled(train, numbers, size)]
        others = round(walks.share * size)
        self.machine.seed_chains(self.seed)
        known = batches.labelled(train, numbers, size - others)
        ends = batches.walked(self.machine, known, walks.steps, zoo.NUM_WALKS, others)
        return [known, ends]


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
    axes.set(xlabel="labels", ylabel="test error, %: mean, best and worst seed", xscale="log")
    logarithmic_errors(axes)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
