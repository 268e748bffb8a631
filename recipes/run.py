"""The output folder of one training run."""

import importlib.metadata
import json
import platform
import shutil
import zipfile
from pathlib import Path

import keras

from kerasdeep.backend.files import written_whole

MODEL = "model.keras"
METRICS = "metrics.json"
UNFINISHED = "run.json"


class Run:
    """An output folder: `model.keras`, `metrics.json`, pictures and TensorBoard logs.

    Files are written beside their final name and renamed, so that none is ever half there. Until
    `finish`, the folder also holds `run.json`, what the run was asked for, and checkpoints.

    Args:
        name: name of the recipe.
        options: `kerasdeep.recipes.options.Options`. Its `output` is the folder, or None for the
            first free `runs/NAME-DATASET-NUMBER`; with its `resume`, a run that was stopped in that
            folder goes on, and one that never started there starts.

    Raises:
        ValueError: if the folder holds anything else already or cannot be made.
    """

    def __init__(self, name, options):
        asked = {"recipe": name, **options.as_dict()}
        try:
            self.folder = _make_folder(options.output, f"{name}-{Path(options.dataset).stem}")
            if options.resume:
                for file in self.folder.glob(".unfinished-*"):
                    file.unlink()
            if not any(self.folder.iterdir()):
                self._write(UNFINISHED, lambda path: path.write_text(json.dumps(asked)))
            elif options.resume:
                self._check_unfinished(asked)
            else:
                raise ValueError(
                    f"Expected an empty or new output folder. Received: {self.folder}, which "
                    "already holds files. Choose another with --output, move them away, or pass "
                    "--resume to go on with a run that was stopped there."
                )
        except OSError as error:
            raise ValueError(
                f"Expected an output folder that can be written. Received: {options.output or '.'} "
                f"({error.strerror}). Choose another with --output."
            ) from None

    def _check_unfinished(self, asked):
        file = self.folder / UNFINISHED
        if not file.is_file():
            what = "a finished run" if (self.folder / METRICS).is_file() else "no run to go on with"
            raise ValueError(
                f"Expected a run of `kerasdeep train` that was stopped. Received: {self.folder}, "
                f"which holds {what}. Choose another folder with --output."
            )
        before = json.loads(file.read_text())
        changed = [name for name, value in asked.items() if before.get(name) != value]
        if changed:
            raise ValueError(
                "Expected the options that the run was started with, to go on with it. Received: "
                + ", ".join(f"{n}={asked[n]!r} where it has {before.get(n)!r}" for n in changed)
                + "."
            )

    @property
    def checkpoints(self):
        """Folder of the states of unfinished trainings."""
        return self.folder / "checkpoints"

    def finish(self):
        """Removes what only an unfinished run needs."""
        (self.folder / UNFINISHED).unlink()
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    @property
    def logs(self):
        """Folder of the TensorBoard logs."""
        return str(self.folder / "logs")

    def remember(self, name, compute, *args):
        """Returns the number `compute(*args)`, computed once however often the run is stopped."""
        file = self.checkpoints / f"{name}.json"
        if not file.exists():
            number = json.dumps(compute(*args))
            self.checkpoints.mkdir(exist_ok=True)
            self._write(file.relative_to(self.folder), lambda path: path.write_text(number))
        return json.loads(file.read_text())

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
        with written_whole(self.folder / name) as unfinished:
            write(unfinished)
        return self.folder / name


def _make_folder(output, stem):
    """Makes the folder asked for, or the first free `runs/STEM-NUMBER`."""
    if output:
        Path(output).mkdir(parents=True, exist_ok=True)
        return Path(output)
    number = 1
    while True:
        folder = Path("runs") / f"{stem}-{number}"
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            number += 1


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
