"""Prints finished runs as a Markdown table: python -m kerasdeep.recipes.results RUN...

Runs that differ in their seed alone make one row, with mean and standard deviation over the seeds.
"""

import json
import sys
from collections import defaultdict

import numpy as np

from kerasdeep.recipes.run import read_metrics

COLUMNS = ("model", "data", "measured on the test rows", "minutes", "seeds", "epochs")


def table(folders):
    """Returns the lines of the table.

    Args:
        folders: output folders of `kerasdeep train`.
    """
    groups = defaultdict(list)
    for folder in folders:
        metrics = read_metrics(folder)
        groups[json.dumps([metrics["recipe"], {**metrics["options"], "seed": None}])].append(
            metrics
        )
    rows = [COLUMNS, ["---"] * len(COLUMNS), *map(row, groups.values())]
    return ["| " + " | ".join(cells) + " |" for cells in rows]


def row(runs):
    """Returns the cells of runs that differ in their seed alone."""
    options = runs[0]["options"]
    found = [measured(run) for run in runs]
    minutes = f"{np.mean([numbers.pop('minutes') for numbers in found]):.1f}"
    numbers = "; ".join(f"{name} {spread([one[name] for one in found])}" for name in found[0])
    seeds = ", ".join(str(run["options"]["seed"]) for run in runs)
    epochs = "+".join(str(options[n]) for n in ("pretrain_epochs", "epochs") if options[n])
    return runs[0]["recipe"], options["dataset"], numbers, minutes, seeds, epochs


def measured(run):
    """Returns what a run measured on the test rows, and its minutes, by name."""
    if "results" not in run:
        test = run["test"]
        if "error" in test:
            return {"error, %": 100 * test["error"], "minutes": run["seconds"] / 60}
        likelihood = {
            f"log-likelihood ({way}), nats,": found["mean"]
            for way, found in run.get("test_log_likelihood", {}).items()
        }
        return {
            **likelihood,
            "pseudo-log-likelihood, nats,": test["pseudo_log_likelihood"],
            "squared reconstruction error": test["reconstruction_error"],
            "of the mean image": test["reconstruction_error_of_the_mean"],
            "minutes": run["seconds"] / 60,
        }
    pretrained, random = run["results"]["pretrained"], run["results"]["random"]
    seconds = pretrained["pretraining_seconds"] + pretrained["fine_tuning_seconds"]
    return {
        "error, %": 100 * pretrained["test_error"],
        f"from random weights, {random['fine_tuning_epochs']} epochs": 100 * random["test_error"],
        "minutes": seconds / 60,
    }


def spread(values):
    """Returns mean and standard deviation as text."""
    deviation = f" +- {np.std(values, ddof=1):.2f}" if len(values) > 1 else ""
    return f"{np.mean(values):.2f}{deviation}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(sys.argv[1:])) + "\n")
