"""Study: what do sparse connections bring, and what do shared weights?

Two layers of maps and a layer of answers: as a convolution; with the same connections, each with a
weight of its own; and with all connections there can be. A fourth network is fully connected too,
with so few hidden units that it has as many weights as the convolution. All make the same number of
updates, each with the rate that did best on validation rows.
"""

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools.plots import (
    logarithmic_amounts,
    logarithmic_errors,
    mean_and_range,
)
from kerasdeep.recipes.studies.tools.rate_grid import best_rate, errors_by_rate, shown
from kerasdeep.zoo.studies import connection_comparison as zoo

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

NAME = "compare-connections"
NUM_ROWS = (1_000, 10_000)  # beside all
MARKERS = "s^o"


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Measure what sparse connections and shared weights bring to a network."""


def load(options: Options) -> "Images":
    """Returns a data set with labels, or raises a ValueError if windows do not fit its images."""
    images = options.load().labelled(NAME)
    zoo.windows(images.image_shape)
    return images


def measure(job: "Job") -> dict[str, Any]:
    """Returns the sizes of all networks, and the errors of each with every number of rows."""
    trainings, results = Trainings(job), []
    num_rows, seeds = job.images.train.num_rows, range(job.options.num_seeds)
    amounts = sorted({min(number, num_rows) for number in (*NUM_ROWS, num_rows)})
    for name, amount in itertools.product(zoo.NETWORKS, amounts):
        # 1. The learning rate, on validation rows, with the first seed.
        error_at = functools.partial(trainings.held_out_error, name, amount)
        held_out = errors_by_rate(error_at, zoo.RATES)
        rate = best_rate(held_out)
        job.say(f"{name}, {amount:,} rows: rate {rate:g}, held out {shown(held_out)}")

        # 2. Every seed with that rate.
        found = [trainings.errors(name, amount, rate, seed) for seed in seeds]
        test, training = zip(*found, strict=True)
        errors = ", ".join(f"{100 * error:.2f} %" for error in test)
        job.say(f"{name}, {amount:,} rows: test errors {errors}")
        about = {"network": name, "num_rows": amount, "learning_rate": rate}
        errors = {"test_errors": test, "training_errors": training}
        results.append({**about, "held_out_errors": held_out, **errors})
    about = job.images.image_shape, job.images.num_classes
    sizes = {name: zoo.size(name, *about) for name in zoo.NETWORKS}
    return {"sizes": sizes, "results": results}


class Trainings:
    """Trainings of all networks. What was once measured is kept in the folder of the run.

    Args:
        job: `kerasdeep.recipes.runs.job.Job`.
    """

    def __init__(self, job: "Job") -> None:
        self.job = job

    def held_out_error(self, name: str, num_rows: int, rate: float) -> float:
        """Returns the error on validation rows, of the first seed."""
        key, rows = f"held-out-{name}-{num_rows}-{rate:g}", self.job.images.validation
        return self.job.run.remember(key, self._errors, name, num_rows, rate, 0, rows)[0]

    def errors(self, name: str, num_rows: int, rate: float, seed: int) -> list[float]:
        """Returns the errors on the test rows and on the rows that were learned."""
        key, rows = f"test-{name}-{num_rows}-{seed}", self.job.images.test
        return self.job.run.remember(key, self._errors, name, num_rows, rate, seed, rows)

    def _errors(self, name, num_rows, rate, seed, rows):
        import keras
        import numpy as np

        from kerasdeep.recipes.studies.tools.batches import error_of, passes

        keras.utils.set_random_seed(seed)
        images, num_updates = self.job.images, self.job.options.num_updates
        sizes, train = (images.image_shape, images.num_classes), images.train
        network = zoo.build(name, rate, *sizes, num_updates)
        learned = np.random.default_rng(seed).permutation(train.num_rows)[:num_rows]
        batches = passes(train, learned, num_updates, seed)
        error = error_of(network, batches, rows.arrays)
        known = [array[learned] for array in train.arrays]
        measured = network.evaluate(*known, batch_size=1000, verbose=0, return_dict=True)
        return [error, 1 - measured["accuracy"]]


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each network: its size, its mean errors by number of rows."""
    import numpy as np

    rows = []
    for name, size in metrics["sizes"].items():
        own = [result for result in metrics["results"] if result["network"] == name]
        test, training = (
            "  ".join(f"{100 * np.mean(result[kind]):.2f}" for result in own)
            for kind in ("test_errors", "training_errors")
        )
        amounts = ", ".join(f"{result['num_rows']:,}" for result in own)
        about = f"test error, %, with {amounts} rows; training {training}; "
        about += f"{size['num_weights']:,} weights, {size['num_connections']:,} connections"
        rows.append((name, test, about))
    return rows


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws test error against the number of weights and against the number of rows."""
    from kerasdeep import pictures

    figure = pictures.new_figure(11, 4.5)
    by_weights, by_rows = figure.subplots(1, 2, sharey=True)
    for number, (name, size) in enumerate(metrics["sizes"].items()):
        own = [result for result in metrics["results"] if result["network"] == name]
        amounts = [result["num_rows"] for result in own]
        mean, spread = mean_and_range([[100 * e for e in result["test_errors"]] for result in own])
        color, weights = f"C{number}", size["num_weights"]
        by_rows.errorbar(amounts, mean, spread, color=color, marker=".", capsize=3, label=name)
        for marker, error, *ends in zip(MARKERS, mean, *spread, strict=False):
            bars = [[end] for end in ends]
            by_weights.errorbar(weights, error, bars, color=color, fmt=marker, capsize=3)
        place, beside = (weights, mean[0]), (8, -3)
        by_weights.annotate(name, place, beside, textcoords="offset points", color=color)
    for marker, amount in zip(MARKERS, amounts, strict=False):
        by_weights.plot([], [], marker, color="grey", label=f"{amount:,} rows")
    by_weights.set_ylabel("test error, %: mean, best and worst seed")
    for axes, label in ((by_weights, "learned weights"), (by_rows, "training rows")):
        axes.set(xlabel=label, xscale="log")
        logarithmic_errors(axes)
        axes.grid(alpha=0.3)
        axes.legend()
    by_weights.margins(x=0.25)
    logarithmic_amounts(by_rows, amounts)
    return figure
