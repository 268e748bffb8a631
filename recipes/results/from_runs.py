"""Makes a result of finished runs that differ in their seed alone."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from kerasdeep.recipes.results.commands import command_of
from kerasdeep.recipes.results.from_sweeps import result_of_sweep
from kerasdeep.recipes.saved.files import read_metrics
from kerasdeep.zoo import measured

# What tasks measure, by the name of a column; shares as percent.
COLUMNS = {
    "log_likelihood_bound": ("bound", 1),
    "log_likelihood_by_importance": ("by importance sampling", 1),
    "error_of_features": ("features", 100),
    "error_of_pixels": ("pixels", 100),
    "precision": ("precision, %", 100),
    "precision_of_pixels": ("of pixels", 100),
    "objective": ("objective", 1),
    "objective_of_scikit_learn": ("of scikit-learn", 1),
    "reconstruction_error_of_pca": ("of principal components", 1),
    "frechet_distance": ("Frechet distance", 1),
    "frechet_distance_of_training_rows": ("of training rows", 1),
    "parzen_log_likelihood": ("Parzen log-likelihood", 1),
    "named_as_asked": ("drawings named as asked, %", 100),
}


def result_of(folders: Sequence[str | Path]) -> dict[str, Any]:
    """Returns a result, as `kerasdeep.zoo.measured` describes it.

    Args:
        folders: output folders of `kerasdeep train`; or one of `kerasdeep tune`.

    Raises:
        ValueError: for runs that differ in more than their seed, or have not ended.
    """
    runs = [read_metrics(folder) for folder in folders]
    for folder, run in zip(folders, runs, strict=True):
        if not run:
            raise ValueError(f"Expected folders of finished runs. Received: {folder}.")
    if len(runs) == 1 and "trials" in runs[0]:
        return result_of_sweep(runs[0])
    kinds = [[run["recipe"], {**run["options"], "seed": None}] for run in runs]
    ways = {json.dumps(kind, sort_keys=True) for kind in kinds}
    if len(ways) > 1:
        raise ValueError(
            f"Expected runs that differ in their seed alone. Received: {len(ways)} kinds of runs. "
            "Pass those of one kind."
        )
    first, numbers = runs[0], [numbers_of(run) for run in runs]
    values = {name: [rounded(one[name]) for one in numbers] for name in numbers[0]}
    values |= {name: [intervals(run)[name] for run in runs] for name in intervals(first)}
    return {
        "table": first["recipe"],
        "entry": first["recipe"],
        "command": command_of(first),
        "dataset": first["options"]["dataset"],
        "convention": first["options"]["binarization"],
        "metric": "on the test rows",
        "seeds": [run["options"]["seed"] for run in runs],
        "measured": {name: v if len(v) > 1 else v[0] for name, v in values.items()},
        "published": [],
        "minutes": rounded(sum(map(seconds_of, runs)) / len(runs) / 60, 1),
        "versions": first["versions"],
    }


def save(result: dict[str, Any], name: str) -> Path:
    """Writes a result as `zoo/results/NAME.json`; what runs do not tell stays as it was there."""
    file = measured.FOLDER / f"{name}.json"
    told = ("command", "dataset", "seeds", "measured", "rows", "minutes", "versions")
    if file.is_file():
        before = json.loads(file.read_text(), parse_float=Decimal)
        result = {**before, **{key: result[key] for key in told if key in result}}
    file.write_text(measured.dumps(result) + "\n")
    return file


def numbers_of(run: dict[str, Any]) -> dict[str, float]:
    """Returns what a run measured on the test rows, by name."""
    if "results" in run:
        names = {"pretrained": "pretrained", "random": "random weights"}
        return {names[name]: 100 * of["test_error"] for name, of in run["results"].items()}
    test = run["test"]
    labelled = "test_error_by_label_units" in run
    if "error" in test and not labelled:
        return {"error": 100 * test["error"]}
    if "rmse" in test:
        return {"error": test["rmse"], "of least squares": test["rmse_of_least_squares"]}
    names = {"exact": "exact", "forward": "AIS (3 standard errors)", "reverse": "reverse AIS"}
    likelihood = run.get("test_log_likelihood", {})
    found = {names[way]: estimate["mean"] for way, estimate in likelihood.items()}
    if labelled:
        found["error, by label units"] = 100 * run["test_error_by_label_units"]
        found["drawings named as asked"] = 100 * run["drawings"]["named_as_asked"]
    if "classifier" in run:
        found["error, fine-tuned"] = 100 * run["classifier"]["error"]
    if "num_codes" in run:
        found["reconstruction error"] = test["reconstruction_error"]
    found |= {name: factor * test[key] for key, (name, factor) in COLUMNS.items() if key in test}
    if "precision" in test:
        return {name: found[name] for name in ("precision, %", "of pixels")}
    if "shares_of_classes" in test:
        found["rarest class, %"] = 100 * min(test["shares_of_classes"])
    return found or {name.replace("_", " "): value for name, value in test.items()}


def intervals(run: dict[str, Any]) -> dict[str, dict[str, Decimal | None]]:
    """Returns the estimates with an interval that a single run has, by name; None: an open end."""
    likelihood = run.get("test_log_likelihood", {})
    names = {"forward": "AIS (3 standard errors)", "reverse": "reverse AIS"}
    return {
        names[way]: {end: rounded(value) for end, value in estimate.items()}
        for way, estimate in likelihood.items()
        if way in names
    }


def seconds_of(run: dict[str, Any]) -> float:
    """Returns how long the training took whose number counts."""
    if "results" not in run:
        return run["seconds"] + run.get("classifier", {}).get("seconds", 0)
    pretrained = run["results"]["pretrained"]
    return pretrained["pretraining_seconds"] + pretrained["fine_tuning_seconds"]


def rounded(value: float | None, digits: int = 2) -> Decimal | None:
    """Returns a number with so many digits after the point; None for None."""
    return None if value is None else Decimal(f"{value:.{digits}f}")
