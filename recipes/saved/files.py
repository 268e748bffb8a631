"""The files of a run that ended: its model and its numbers."""

import json
import zipfile
from pathlib import Path

import keras

import kerasdeep  # noqa: F401  registers the classes that load_model needs
from kerasdeep.recipes.runs.folder import METRICS, MODEL


def read_metrics(path):
    """Returns the content of the `metrics.json` beside a model, or an empty dict without one."""
    file = folder_of(path) / METRICS
    return json.loads(file.read_text()) if file.is_file() else {}


def load_model(path, generative=False):
    """Loads the model of a run.

    Args:
        path: a `.keras` file or the output folder of a run.
        generative: whether to prefer the run's generative model, `dbn.keras`, where there is one.

    Returns:
        A Keras model.

    Raises:
        ValueError: if there is no such file, or it is truncated or foreign.
    """
    path = Path(path)
    if path.is_dir():
        generator = path / "dbn.keras"
        path = generator if generative and generator.is_file() else path / MODEL
    if not path.is_file():
        raise ValueError(
            f"Expected a .keras file or the output folder of `kerasdeep train`. Received: {path}, "
            "which does not exist."
        )
    if not zipfile.is_zipfile(path):
        raise ValueError(
            f"Expected a Keras model file. Received: {path}, which is truncated or something else. "
            "Copy it again, or train again."
        )
    try:
        return keras.models.load_model(path)
    except Exception as error:  # Keras raises errors of many kinds for files that are not its own
        reason = str(error).strip().partition("\n")[0][:200]
        raise ValueError(
            f"Expected a model that kerasdeep or Keras saved. Received: {path}, which Keras cannot "
            f"load ({type(error).__name__}: {reason})."
        ) from None


def folder_of(path):
    """Returns the folder of a run from its path or that of a file in it."""
    return Path(path) if Path(path).is_dir() else Path(path).parent
