"""Study: how many random patterns does a Hopfield network hold?

Random patterns are stored, the network settles from each of them, and from the same patterns with a
tenth of their units flipped. Near 0.138 patterns a unit all memories break down together.
"""

import numpy as np
from rich.progress import track

from kerasdeep.models import HopfieldNetwork
from kerasdeep.recipes import gallery
from kerasdeep.recipes.run import Run

NAME = "hopfield-capacity"
LOADS = np.array([0.02, 0.05, 0.08, 0.10, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.18, 0.20])
FLIPPED = 0.1


def recall(num_units, load, seed):
    """Returns the mean overlap with stored patterns of the states that recall ends in.

    Args:
        num_units: number of units.
        load: stored patterns a unit.
        seed: integer seed of patterns, noise and updates.

    Returns:
        `(from the patterns, from corrupted patterns)`, each the mean of $s^\\top p / N$: 1 for
        perfect recall, 0 for none.
    """
    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], (round(load * num_units), num_units)).astype("float32")
    network = HopfieldNetwork(seed=seed)
    network.fit(patterns, verbose=0)
    corrupted = np.where(rng.random(patterns.shape) < FLIPPED, -patterns, patterns)
    return tuple(
        float((np.asarray(network.recall(start)) * patterns).mean())
        for start in (patterns, corrupted)
    )


def train(options, num_units, num_seeds, console):
    """Runs the study.

    Args:
        options: `kerasdeep.recipes.options.Options`; only its folder counts.
        num_units: number of units of the network.
        num_seeds: number of repetitions.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.
    """
    run = Run(NAME, options)
    cells = [(load, seed) for load in LOADS for seed in range(num_seeds)]
    found = {}
    for load, seed in track(cells, f"{num_units} units", console=console):
        name = f"{num_units}-{load:g}-{seed}"
        found.setdefault(load, []).append(run.remember(name, recall, num_units, load, seed))
    overlaps = {load: np.array(values) for load, values in found.items()}
    run.save_metrics(
        {
            "recipe": NAME,
            "num_units": num_units,
            "flipped": FLIPPED,
            "overlap": {f"{load:g}": values.tolist() for load, values in overlaps.items()},
        }
    )
    run.save_figure(gallery.recall_against_load(overlaps, FLIPPED), NAME)
    run.finish()
    table = [
        (f"{load:.2f} patterns a unit", f"{mean[0]:.3f}  {mean[1]:.3f}", "overlap, from corrupted")
        for load, mean in ((load, values.mean(axis=0)) for load, values in overlaps.items())
    ]
    return run.folder, table
