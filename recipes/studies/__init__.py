"""Studies: one question a file, answered by many small trainings. A study is what differs.

Every module of this folder is a command of `kerasdeep`. It has

- `NAME`, the command's, and `Options`, a dataclass: its options, its docstring their help,
- `load(options)`, which returns the data set, None for none,
- `measure(job)`, which returns a dict of numbers for `metrics.json`,
- `table(metrics)`, which returns rows to print, and `draw(metrics)`, a figure.
"""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from kerasdeep.recipes.runs.options import RunOptions


def modules() -> dict[str, ModuleType]:
    """Returns a dict from the name of a study to its module."""
    found = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
        if not module.ispkg
    ]
    return {module.NAME: module for module in found}


def run_study(
    study: ModuleType, options: "RunOptions", console: "Console"
) -> tuple[Path, list[tuple[str, str, str]]]:
    """Runs a study, or what one that was stopped still lacks, into an output folder.

    Args:
        study: a module of this folder.
        options: an instance of its `Options`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: for data that cannot answer the question, or a folder that cannot be used.
    """
    from kerasdeep.recipes.runs.folder import Run
    from kerasdeep.recipes.runs.job import Job

    images = study.load(options)
    job = Job(options, images, Run(study.NAME, options), console)
    with job.run.forgotten_unless_learned():
        metrics = study.measure(job)
    if images is not None:
        metrics = {"split": images.described(), **metrics}
    table = study.table(metrics)
    job.run.finish(metrics, lambda: {study.NAME: study.draw(metrics)}, table)
    return job.run.folder, table
