"""Study: what does pretraining bring? Test error against depth, number of labels and start.

Networks of one to four layers of sigmoid units start from a DBN, which saw all training rows
without their labels; beside them stand networks with random weights, sigmoid units as before 2010
and rectified linear ones as today. All make the same number of updates.
"""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools.plots import logarithmic_errors, mean_and_range
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import pretraining_effect as zoo

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

NAME = "pretraining-effect"
NUM_LABELS = (1_000, 10_000, 60_000)
RATES = (0.3, 0.1, 0.03, 0.01)


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Measure what pretraining brings: error against depth, labels and initial weights."""

    validation_every: ClassVar[int] = 0

    pretrain_epochs: int = parameter(10, "Epochs for each layer.", low=1)


def load(options: Options) -> "Images":
    """Returns a data set with labels."""
    return options.load().labelled(NAME)


def measure(job: "Job") -> dict[str, Any]:
    """Returns the test errors of every start, number of labels and depth, seed by seed."""
    num_rows = job.images.train.num_rows
    amounts = sorted({min(number, num_rows) for number in NUM_LABELS})
    cells = list(itertools.product(zoo.STARTS, amounts, zoo.DEPTHS))
    held_out, rates, errors = {}, {}, {cell: [] for cell in cells}
    for seed in range(job.options.num_seeds):
        networks = Networks(job, seed)

        # 1. One learning rate for each start, chosen once on rows held out.
        if seed == 0:
            for start in zoo.STARTS:
                held_out[start] = {rate: networks.held_out_error(start, rate) for rate in RATES}
                rates[start] = min(RATES, key=held_out[start].get)
                job.console.print(f"{start}: rate {rates[start]:g}, held out {held_out[start]}")

        # 2. Every depth with every number of labels.
        for start, amount, depth in cells:
            error = networks.test_error(start, amount, depth, rates[start])
            errors[start, amount, depth].append(error)
            name = f"{start}, {amount:,} labels, {depth} layer{'s' if depth > 1 else ''}"
            job.console.print(f"{name}, seed {seed}: test error {100 * error:.2f} %")
    results = [
        {"start": start, "num_labels": amount, "num_layers": depth, "test_errors": found}
        for (start, amount, depth), found in errors.items()
    ]
    return {"learning_rates": rates, "held_out_errors": held_out, "results": results}


class Networks:
    """The networks of one seed. What was once measured is kept in the folder of the run.

    Args:
        job: `kerasdeep.recipes.runs.job.Job`.
        seed: integer seed of everything random.
    """

    def __init__(self, job: "Job", seed: int) -> None:
        import numpy as np

        from kerasdeep.recipes.studies.tools.batches import BATCH_SIZE

        self.job, self.seed = job, seed
        self.x, self.y = job.images.train.arrays
        self.order = np.random.default_rng(seed).permutation(len(self.x))
        epochs, stage = job.options.pretrain_epochs, f"pretraining, seed {seed}"
        self.dbn = zoo.build(job.rows, job.num_updates(epochs, BATCH_SIZE), seed)
        job.fit(stage, self.dbn, epochs, BATCH_SIZE, seed)

    def held_out_error(self, start: str, rate: float) -> float:
        """Returns the error, on a tenth of the training rows, of two layers that saw a sixth."""
        learned = self.order[: len(self.order) // 6]
        held_out = self.order[-(len(self.order) // 10) :]
        rows = self.x[held_out], self.y[held_out]
        name = f"held-out-{start}-{rate:g}"
        return self.job.run.remember(name, self._error, start, 2, rate, learned, rows)

    def test_error(self, start: str, num_labels: int, depth: int, rate: float) -> float:
        """Returns the error on the test rows."""
        learned, rows = self.order[:num_labels], self.job.images.test.arrays
        name = f"test-{start}-{num_labels}-{depth}-{self.seed}"
        return self.job.run.remember(name, self._error, start, depth, rate, learned, rows)

    def _error(self, start, depth, rate, learned, rows):
        import keras

        from kerasdeep.recipes.studies.tools.batches import error_of, passes

        keras.utils.set_random_seed(self.seed)
        images, num_updates = self.job.images, self.job.options.num_updates
        network = zoo.build_classifier(
            start, depth, self.dbn, images.num_classes, rate, num_updates
        )
        return error_of(network, passes(images.train, learned, num_updates, self.seed), rows)


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each number of labels and start, its mean errors by depth."""
    import numpy as np

    lines = {}
    for result in metrics["results"]:
        line = lines.setdefault((result["num_labels"], result["start"]), [])
        line.append(f"{100 * np.mean(result['test_errors']):.2f}")
    depths = ", ".join(str(depth + 1) for depth in range(max(map(len, lines.values()))))
    about = f"test error, %, with {depths} layers"
    return [
        (f"{amount:,} labels, {start}", "  ".join(line), about)
        for (amount, start), line in sorted(lines.items(), key=lambda item: item[0][0])
    ]


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws test error against depth: a panel for each number of labels, bars over the seeds."""
    import numpy as np

    from kerasdeep import pictures

    errors = {
        (result["start"], result["num_labels"], result["num_layers"]): result["test_errors"]
        for result in metrics["results"]
    }
    starts, amounts, depths = (list(dict.fromkeys(part)) for part in zip(*errors, strict=True))
    figure = pictures.new_figure(4 * len(amounts), 4)
    panels = figure.subplots(1, len(amounts), squeeze=False)[0]
    for axes, amount in zip(panels, amounts, strict=True):
        for shift, start in enumerate(starts):
            found = [[100 * e for e in errors[start, amount, depth]] for depth in depths]
            mean, spread = mean_and_range(found)
            places = np.array(depths) + 0.06 * (shift - 1)
            axes.errorbar(places, mean, spread, marker="o", capsize=3, label=start)
        axes.set(title=f"{amount:,} labels", xlabel="hidden layers", xticks=depths)
        logarithmic_errors(axes)
    panels[0].set_ylabel("test error, %: mean, best and worst seed")
    panels[-1].legend()
    return figure
