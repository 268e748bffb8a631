"""Study: how many random patterns does a Hopfield network hold?

Random patterns are stored, the network settles from each of them, and from the same patterns with a
tenth of their units flipped. Near 0.138 patterns a unit all memories break down together.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RunOptions
from kerasdeep.recipes.studies.tools.plots import mean_and_range
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.recipes.runs.job import Job

NAME = "hopfield-capacity"
LOADS = (0.02, 0.05, 0.08, 0.10, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.18, 0.20)
FLIPPED = 0.1


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Store ever more random patterns in a Hopfield network; draw recall against load."""

    num_units: int = parameter(500, "Units of the network.", low=50, flag="units")
    num_seeds: int = parameter(3, "Number of repetitions.", low=1, flag="seeds")


def load(options: Options) -> None:
    """Returns None: the patterns are drawn."""
    return


def measure(job: "Job") -> dict[str, Any]:
    """Returns the overlaps of every load, seed by seed: recall of patterns, of corrupted ones."""
    num_units, overlaps = job.options.num_units, {}
    for load in LOADS:
        overlaps[f"{load:g}"] = [
            job.run.remember(f"{num_units}-{load:g}-{seed}", recall, num_units, load, seed)
            for seed in range(job.options.num_seeds)
        ]
        job.console.print(f"{load:g} patterns a unit")
    return {"num_units": num_units, "flipped": FLIPPED, "overlap": overlaps}


def recall(num_units: int, load: float, seed: int) -> tuple[float, float]:
    """Returns the mean overlap with stored patterns of the states that recall ends in.

    Args:
        num_units: number of units.
        load: stored patterns a unit.
        seed: integer seed of patterns, noise and updates.

    Returns:
        `(from the patterns, from corrupted patterns)`, each the mean of $s^\\top p / N$: 1 for
        perfect recall, 0 for none.
    """
    import numpy as np

    from kerasdeep.models import HopfieldNetwork

    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], (round(load * num_units), num_units)).astype("float32")
    network = HopfieldNetwork(seed=seed)
    network.fit(patterns, verbose=0)
    corrupted = np.where(rng.random(patterns.shape) < FLIPPED, -patterns, patterns)
    return tuple(
        float((np.asarray(network.recall(start)) * patterns).mean())
        for start in (patterns, corrupted)
    )


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each load, its mean overlaps."""
    import numpy as np

    means = {load: np.mean(found, axis=0) for load, found in metrics["overlap"].items()}
    return [
        (
            f"{float(load):.2f} patterns a unit",
            f"{mean[0]:.3f}  {mean[1]:.3f}",
            "overlap, from corrupted",
        )
        for load, mean in means.items()
    ]


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws how well a Hopfield network recalls against how much it stores."""
    import numpy as np

    from kerasdeep import pictures

    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    loads = [float(load) for load in metrics["overlap"]]
    flipped = f"{100 * metrics['flipped']:.0f} %"
    for column, label in enumerate(("the patterns", f"with {flipped} flipped")):
        found = [np.array(values)[:, column] for values in metrics["overlap"].values()]
        mean, spread = mean_and_range(found)
        axes.errorbar(loads, mean, spread, marker="o", capsize=3, label=f"from {label}")
    axes.axvline(0.138, color="gray", linestyle="--", label="0.138 (theory, infinite size)")
    axes.set(xlabel="stored patterns a unit", ylabel="overlap of what is recalled", ylim=(0, 1.03))
    axes.legend()
    return figure
