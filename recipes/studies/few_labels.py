"""Study: what do Boltzmann machines gain over a plain network where labels are few?

All learners see the same labelled rows for the same number of updates. Of the batches of the
semi-supervised one, half are rows without a label, from all of the training data. The deep
Boltzmann machine has learned from all of these before, and from no label; it is unrolled as a
network, which also sees where the machine's chains go from labelled rows, as rows of their class.
"""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools import by_labels
from kerasdeep.recipes.studies.tools.by_labels import draw, table
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import few_labels as zoo

if TYPE_CHECKING:
    from kerasdeep.models import DBM
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

__all__ = ["NAME", "Options", "draw", "load", "measure", "table"]

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
    return by_labels.measure(job, zoo.CHOICES, amounts, functools.partial(Learners, job))


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
