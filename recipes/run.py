"""The output folder of one training run."""

import importlib.metadata
import json
import os
import platform
import zipfile
from pathlib import Path

import keras

MODEL = "model.keras"
METRICS = "metrics.json"


class Run:
    """An output folder: `model.keras`, `metrics.json`, pictures and TensorBoard logs.

    Files are written beside their final name and renamed, so that none is ever half there.

    Args:
        folder: where to write, or None for the first free `runs/NAME-DATASET-NUMBER`.
        name: name of the recipe.
        dataset: name of the data set.

    Raises:
        ValueError: if the folder holds anything already or cannot be made.
    """

    def __init__(self, folder, name, dataset):
        self.folder = Path(folder) if folder else _free_folder(f"{name}-{Path(dataset).stem}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            occupied = any(self.folder.iterdir())
        except OSError as error:
            raise ValueError(
                f"Expected an output folder that can be written. Received: {self.folder} "
                f"({error.strerror}). Choose another with --output."
            ) from None
        if occupied:
            raise ValueError(
                f"Expected an empty or new output folder. Received: {self.folder}, which already "
                "holds files. Choose another with --output, or move them away."
            )

    @property
    def logs(self):
        """Folder of the TensorBoard logs."""
        return str(self.folder / "logs")

    def save_model(self, model, name=MODEL):
        """Saves a model and returns its path."""
        return self._write(name, model.save)

    def save_figure(self, figure, name):
        """Saves a matplotlib figure as PNG."""
        return self._write(f"{name}.png", lambda path: figure.savefig(path, dpi=100))

    def save_metrics(self, metrics):
        """Saves numbers, the configuration and the versions they were made with."""
        packages = ("kerasdeep", "keras", "tensorflow", "numpy")
        versions = {name: importlib.metadata.version(name) for name in packages}
        versions["python"] = platform.python_version()
        content = json.dumps({**metrics, "versions": versions}, indent=2, default=float)
        return self._write(METRICS, lambda path: path.write_text(content + "\n"))

    def _write(self, name, write):
        # The suffix stays last: Keras and matplotlib go by it.
        unfinished = self.folder / f".unfinished-{name}"
        write(unfinished)
        os.replace(unfinished, self.folder / name)
        return self.folder / name


def _free_folder(stem):
    number = 1
    while (folder := Path("runs") / f"{stem}-{number}").exists():
        number += 1
    return folder


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
