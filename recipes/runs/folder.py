"""The output folder of one training run."""

import contextlib
import functools
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasdeep.backend.files import written_whole
from kerasdeep.recipes import report
from kerasdeep.recipes.runs import lock
from kerasdeep.recipes.runs.intact import intact, read_json, write_checksums
from kerasdeep.recipes.runs.labels import write_labels
from kerasdeep.recipes.runs.options import RunOptions
from kerasdeep.recipes.runs.saving import saved_whole

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

    from kerasdeep.recipes.strip import Strip

MODEL = "model.keras"
METRICS = "metrics.json"
REPORT = "report.html"
UNFINISHED = "run.json"


class Run:
    """An output folder: `model.keras`, `metrics.json`, pictures, a report and TensorBoard logs.

    Files are written beside their final name and renamed, so that none is ever half there. Until
    `finish`, the folder also holds `run.json`, what the run was asked for, and checkpoints, and no
    other process may use it.

    Args:
        name: name of the entry or the study.
        options: `kerasdeep.recipes.runs.options.RunOptions`. Its `output` is the folder, or None
            for the first free `runs/NAME-DATASET-NUMBER`; with its `resume`, a run that was stopped
            in that folder goes on, and one that never started there starts.
        hyper_parameters: dict of what decides the result beside the options. Default none.

    Attributes:
        labels: what the data calls the classes, in their order, to be saved with every model; None
            where they are called 0, 1, 2, ...

    Raises:
        ValueError: if the folder holds anything else already, cannot be made or is another's.
    """

    def __init__(
        self, name: str, options: RunOptions, hyper_parameters: dict[str, Any] | None = None
    ) -> None:
        self.asked = {**options.recorded(), **(hyper_parameters or {})}
        self.name, self.title, self.labels = name, f"{name} on {options.dataset}", None
        content = json.dumps({"recipe": name, **self.asked})
        self._made = not (options.output and Path(options.output).exists())
        try:
            self.folder = _make_folder(options.output, f"{name}-{Path(options.dataset).stem}")
            lock.hold(self.folder)
            if options.resume:
                for file in self.folder.glob(".unfinished-*"):
                    file.unlink()
            if not any(self.folder.iterdir()):
                with written_whole(self.folder / UNFINISHED) as unfinished:
                    unfinished.write_text(content)
            elif options.resume:
                check_unfinished(self.folder, {"recipe": name, **self.asked})
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

    @property
    def checkpoints(self) -> Path:
        """Folder of the states of unfinished trainings."""
        return self.folder / "checkpoints"

    @property
    def logs(self) -> str:
        """Folder of the TensorBoard logs."""
        return str(self.folder / "logs")

    def remember(self, name: str, compute: Callable[..., Any], *args: Any) -> Any:
        """Returns the number `compute(*args)`, computed once however often the run is stopped."""
        folder = self.checkpoints / f"{name}.number"
        if not intact(folder):
            number = json.dumps(compute(*args))
            shutil.rmtree(folder, ignore_errors=True)
            with saved_whole(folder) as unfinished:
                unfinished.mkdir(parents=True)
                (unfinished / "number.json").write_text(number)
                write_checksums(unfinished)
        return json.loads((folder / "number.json").read_text())

    def save_model(self, model: "keras.Model", name: str = MODEL) -> Path:
        """Saves a model, with what its classes are called in the data, and returns its path."""

        def save(path):
            model.save(path)
            if self.labels:
                write_labels(path, self.labels)

        return self._write(name, save)

    def finish(
        self,
        metrics: dict[str, Any],
        draw: "Callable[[], Mapping[str, Figure | Strip]]",
        table: Sequence[tuple[str, str, str]] = (),
        commands: Sequence[str] = (),
    ) -> None:
        """Writes numbers, pictures and a report; removes what only an unfinished run needs.

        Args:
            metrics: dict of what was measured.
            draw: function without arguments that returns a dict from file name to matplotlib
                figure. Called once the numbers are safe.
            table: rows of the report, as on the screen. Default none.
            commands: command lines to go on with, for the report. Default none.
        """
        recipe = {"recipe": self.name, "options": self.asked}
        content = json.dumps({**recipe, **metrics, "versions": versions()}, indent=2, default=float)
        self._write(METRICS, lambda path: path.write_text(content + "\n"))
        seen = {}
        for name, figure in draw().items():
            path = self._write(f"{name}.png", functools.partial(figure.savefig, dpi=100))
            seen[path] = report.seen_on(name, figure)
        record = {"options": self.asked, "versions": versions()}
        page = report.page(self.title, table, seen, commands, record)
        self._write(REPORT, lambda path: path.write_text(page, "utf-8", "replace"))
        (self.folder / UNFINISHED).unlink()
        shutil.rmtree(self.checkpoints, ignore_errors=True)
        lock.release(self.folder)

    @contextlib.contextmanager
    def forgotten_unless_learned(self) -> Iterator[None]:
        """Leaves nothing of a run that is refused before it has learned.

        The folder can then be used again, with other data or options.
        """
        try:
            yield
        except Exception:
            if not any(path.is_file() for path in self.checkpoints.rglob("*")):
                for path in self.folder.iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                lock.release(self.folder)
                if self._made:
                    self.folder.rmdir()
            raise

    def _write(self, name, write):
        with saved_whole(self.folder / name) as unfinished:
            write(unfinished)
        return self.folder / name


def check_unfinished(folder: Path, asked: dict[str, Any]) -> None:
    """Raises a ValueError unless a folder holds an unfinished run that was asked for the same.

    Args:
        folder: `pathlib.Path` of the run.
        asked: dict of the name of what is run, `recipe`, and all that decides its result.
    """
    file, asked = folder / UNFINISHED, json.loads(json.dumps(asked))
    if not file.is_file():
        what = "a finished run" if (folder / METRICS).is_file() else "no run to go on with"
        raise ValueError(
            f"Expected a run that was stopped. Received: {folder}, "
            f"which holds {what}. Choose another folder with --output."
        )
    before = read_json(file, "Start anew in another folder with --output.")
    changed = [name for name, value in asked.items() if before.get(name) != value]
    if changed:
        raise ValueError(
            "Expected the options that the run was started with, to go on with it. Received: "
            + ", ".join(f"{n}={asked[n]!r} where it has {before.get(n)!r}" for n in changed)
            + "."
        )


def versions() -> dict[str, str]:
    """Returns the versions of what decides the numbers of a run."""
    packages = ("kerasdeep", "keras", "tensorflow", "numpy")
    found = {name: importlib.metadata.version(name) for name in packages}
    return {**found, "python": platform.python_version()}


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
