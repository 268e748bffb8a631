"""Makes a result of a finished sweep: its best trials."""

import re
from decimal import Decimal
from typing import Any

from kerasdeep.recipes.results.commands import command_of
from kerasdeep.recipes.sweeps.findings import written
from kerasdeep.zoo.space import LAYERS

SHOWN = 5
OF_A_LAYER = re.compile(r"_\d+$")


def result_of_sweep(run: dict[str, Any]) -> dict[str, Any]:
    """Returns a result, as `kerasdeep.zoo.measured` describes it.

    Args:
        run: `metrics.json` of the sweep.
    """
    options, objective = run["options"], run["objective"]["name"]
    rows = []
    for trial in (trial for trial in run["trials"][:SHOWN] if not trial["failed"]):
        budget = {"epochs": trial["epochs"]} if trial["epochs"] else {}
        score = {"data": options["dataset"], objective: Decimal(f"{trial['score']:.4f}")}
        rows.append(score | _joined(trial["values"]) | budget)
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


def _joined(values):
    """Returns the values of a trial as text; those of all layers, such as widths, as one."""
    found = {}
    for name, value in values.items():
        if name.endswith(LAYERS):
            continue
        name = OF_A_LAYER.sub("", name).replace("_", " ")
        found[name] = f"{found[name]}-{written(value)}" if name in found else written(value)
    return found
