"""Study: dropout trains many thinned networks at once; how well does one pass average them?

With dropout, answers are to be averaged over all masks. The weight-scaling rule puts every unit's
mean in its place, in one pass; it is exact for linear networks, a guess for others. Beside it stand
the mean over masks drawn at random (Monte Carlo), and networks without dropout that were trained
one by one: on rows drawn with replacement (bagging), or on all rows from other first weights.

References: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout, section 7.5.
Goodfellow, Bengio, Courville (2016), Deep learning, sections 7.11 and 7.12.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools.plots import (
    logarithmic_amounts,
    logarithmic_errors,
    mean_and_range,
)
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import average_comparison as zoo

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import numpy as np
    from matplotlib.figure import Figure

    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

NAME = "compare-averages"
NUMBERS = (1, 2, 5, 10, 20, 50, 100)
SCALING, MASKS, BAGGING, STARTS = "weight scaling", "masks", "bagging", "other starts"


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Compare weight scaling with averages over masks, and with ensembles trained one by one."""

    num_masks: int = parameter(100, "Masks to average over, at most.", low=1, flag="masks")
    num_members: int = parameter(10, "Networks of an ensemble, at most.", low=1, flag="members")


def load(options: Options) -> "Images":
    """Returns a data set with labels."""
    return options.load().labelled(NAME)


def measure(job: "Job") -> dict[str, Any]:
    """Returns test errors by the number of networks that answer together, seed by seed."""
    results = []
    for seed in range(job.options.num_seeds):
        for name, ways in ((MASKS, of_dropout), (BAGGING, of_bagging), (STARTS, of_starts)):
            kept = f"{name.replace(' ', '-')}-{seed}"
            for way, errors in job.run.remember(kept, ways, job, seed).items():
                results.append({"way": way, "seed": seed, **errors})
                error, number = errors["test_errors"][-1], errors["numbers"][-1]
                job.console.print(f"{way}, seed {seed}: {100 * error:.2f} % of {number}")
    return {"results": results}


def of_dropout(job: "Job", seed: int) -> dict[str, dict[str, list[float]]]:
    """Trains a network with dropout; returns the errors of weight scaling and of masks."""
    import numpy as np

    network = zoo.build(job.rows, job.options.num_updates, seed, job.images.num_classes)
    learn(network, job, np.arange(job.images.train.num_rows), seed)
    rows, _ = job.images.test.arrays
    masked = (_masked(network, rows) for _ in range(job.options.num_masks))
    scaled = network.predict(rows, batch_size=1000, verbose=0)
    return {SCALING: errors_of([scaled], job), MASKS: errors_of(list(masked), job)}


def _masked(network, rows):
    """Returns what a network answers with a mask of its own for every row."""
    import numpy as np

    return np.concatenate([network(part, training=True) for part in np.array_split(rows, 10)])


def of_bagging(job: "Job", seed: int) -> dict[str, dict[str, list[float]]]:
    """Trains networks on rows drawn with replacement; returns the errors of the first ones."""
    return {BAGGING: _of_ensemble(job, seed, bootstrap=True)}


def of_starts(job: "Job", seed: int) -> dict[str, dict[str, list[float]]]:
    """Trains networks on all rows; returns the errors of the first ones together."""
    return {STARTS: _of_ensemble(job, seed, bootstrap=False)}


def _of_ensemble(job, seed, bootstrap):
    options, num_rows = job.options, job.images.train.num_rows
    sizes = job.images.num_classes, options.num_members, bootstrap
    ensemble = zoo.build_ensemble(job.rows, options.num_updates, seed, *sizes)
    for number, member in enumerate(ensemble.members):
        order = seed * options.num_members + number
        learn(member, job, ensemble.rows_of_member(number, num_rows), order)
    return errors_of(ensemble.predict_members(job.images.test.arrays[0]), job)


def learn(network: "keras.Model", job: "Job", rows: "np.ndarray", seed: int) -> None:
    """Trains a network on training rows with these numbers, in orders of a seed."""
    from kerasdeep.recipes.studies.tools.batches import passes

    batches = passes(job.images.train, rows, job.options.num_updates, seed)
    network.fit(batches, shuffle=False, verbose=0)


def errors_of(answers: "Sequence[np.ndarray]", job: "Job") -> dict[str, list[float]]:
    """Returns the test errors of means of the first answers and of all, and of how many each is."""
    _, labels = job.images.test.arrays
    total, numbers, errors = 0.0, [], []
    for number, answer in enumerate(answers, 1):
        total = total + answer
        if number in (*NUMBERS, len(answers)):
            numbers.append(number)
            errors.append(float((total.argmax(axis=1) != labels).mean()))
    return {"numbers": numbers, "test_errors": errors}


def _by_way(metrics):
    """Returns a dict from way to numbers, and errors in percent by number and seed."""
    import numpy as np

    ways = {}
    for result in metrics["results"]:
        ways.setdefault(result["way"], []).append(result)
    return {
        way: (found[0]["numbers"], 100 * np.array([one["test_errors"] for one in found]).T)
        for way, found in ways.items()
    }


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each way and number: mean error, and what it costs."""
    trained = {SCALING: "trainings: 1, passes: 1", MASKS: "trainings: 1, passes: {}"}
    return [
        (
            way if way == SCALING else f"{way}, {number}",
            f"{errors.mean():.2f} %",
            trained.get(way, "trainings: {0}, passes: {0}").format(number),
        )
        for way, (numbers, of_numbers) in _by_way(metrics).items()
        for number, errors in zip(numbers, of_numbers, strict=True)
    ]


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws test error against how many networks answer together; weight scaling as a line."""
    from kerasdeep import pictures

    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    ways = _by_way(metrics)
    for way, (numbers, errors) in ways.items():
        if way == SCALING:
            axes.axhline(errors.mean(), color="black", label=way)
            continue
        mean, spread = mean_and_range(errors)
        axes.errorbar(numbers, mean, spread, marker="o", capsize=3, label=way)
    axes.set(
        xlabel="networks whose answers are averaged",
        ylabel="test error, %: mean, best and worst seed",
    )
    logarithmic_amounts(axes, sorted({n for numbers, _ in ways.values() for n in numbers}))
    logarithmic_errors(axes)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
