"""Puts the model of a run into the zoo: python -m kerasdeep.recipes.publish RUN

Writes `zoo/trained/NAME.npz`, the weights in float16, and `NAME.json`: how the model was trained,
and what it measures on the test rows before and after rounding.
"""

import json
import sys
from pathlib import Path
from typing import Any

from kerasdeep.recipes.runs.answers import measure
from kerasdeep.recipes.saved.evaluate import data_of
from kerasdeep.recipes.saved.files import load_model, read_metrics
from kerasdeep.zoo import weights


def publish(folder: str | Path) -> dict[str, Any]:
    """Writes the weights and the numbers of a finished run; returns the numbers.

    Args:
        folder: output folder of `kerasdeep train`.
    """
    model, metrics = load_model(folder), read_metrics(folder)
    name, options = metrics["recipe"], metrics["options"]
    test = data_of(folder, model).test
    file = weights.FOLDER / f"{name}.npz"
    weights.write(model, file)
    numbers = {
        "recipe": name,
        "options": options,
        "test_as_trained": measure(model, test),
        "test_as_loaded": measure(weights.read(file), test),
        "versions": metrics["versions"],
    }
    file.with_suffix(".json").write_text(json.dumps(numbers, indent=2) + "\n")
    return numbers


if __name__ == "__main__":
    sys.stdout.write(json.dumps(publish(sys.argv[1]), indent=2) + "\n")
