"""Makes a result of a finished sweep: its best trials."""

from decimal import Decimal
from typing import Any

from kerasdeep.recipes.results.commands import command_of
from kerasdeep.recipes.sweeps.findings import written

SHOWN = 5


def result_of_sweep(run: dict[str, Any]) -> dict[str, Any]:
    """Returns a result, as `kerasdeep.zoo.measured` describes it.

    Args:
        run: `metrics.json` of the sweep.
    """
    options, objective = run["options"], run["objective"]["name"]
    rows = []
    for trial in run["trials"][:SHOWN]:
        values = {name.replace("_", " "): written(value) for name, value in trial["values"].items()}
        budget = {"epochs": trial["epochs"]} if trial["epochs"] else {}
        score = {"data": options["dataset"], objective: Decimal(f"{trial['score']:.4f}")}
        rows.append(score | values | budget)
    rows[0]["test"] = ", ".join(f"{name} {value:.4f}" for name, value in run["test"].items())
    return {
        "table": run["recipe"],
        "command": command_of(run),
        "dataset": options["dataset"],
        "convention": options["binarization"],
        "metric": f"{objective} of the best trials",
        "seeds": [options["seed"]],
        "rows": rows,
        "versions": run["versions"],
    }
