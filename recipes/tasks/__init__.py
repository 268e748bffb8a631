"""Training an entry of the zoo. A task is what differs: what is trained, measured and drawn.

An entry names its task, a module of this folder. It has

- `load(entry, options)`, which returns the data set as the task needs it,
- `train(entry, job)`, which trains and saves models and returns them,
- `learn(entry, job)`, which does without what `train` trains for comparison, and returns the one
  model, `Trained`, that a sweep compares,
- `measure(entry, job, trained)`, which returns numbers for `metrics.json` and rows of a table,
- `draw(entry, job, trained)`, which returns a dict from file name to figure,
- `OBJECTIVES`, numbers of the validation rows that a sweep can compare, or `objectives(entry,
  images)` where they depend on these; the first if nobody asks for another.
"""

import importlib
import math
from pathlib import Path
from types import ModuleType

import keras
from rich.console import Console

from kerasdeep.recipes import report
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.runs.options import DeviceOptions
from kerasdeep.recipes.runs.precision import in_precision
from kerasdeep.recipes.runs.team import gathered
from kerasdeep.zoo import Entry


def task_of(entry: Entry) -> ModuleType:
    """Returns the task of an entry."""
    return importlib.import_module(f"{__name__}.{entry.task}")


def objectives_of(entry: Entry, images: Images) -> tuple[str, ...]:
    """Returns the numbers that a sweep of an entry can compare, the usual one first."""
    task = task_of(entry)
    return task.objectives(entry, images) if hasattr(task, "objectives") else task.OBJECTIVES


def train(
    entry: Entry, options: DeviceOptions, console: Console
) -> tuple[Path, list[tuple[str, str, str]]]:
    """Trains an entry, measures it on the test rows and draws it, into an output folder.

    Args:
        entry: a `kerasdeep.zoo.Entry`.
        options: `kerasdeep.recipes.runs.options.DeviceOptions`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: for data that the entry cannot learn from, a folder that cannot be used, or a
            device or a machine that is missing.
        FloatingPointError: where training diverges.
    """
    with in_precision(options.precision), gathered(options, console) as (team, own_options):
        return _train(entry, own_options, console, team)


def _train(entry, options, console, team):
    task = task_of(entry)
    images = task.load(entry, options)
    entry = entry.fit_to(images.train.num_rows, math.prod(images.image_shape))
    run = Run(entry.name, options, entry.hyper_parameters())
    job = Job(options, images, run, console, team)

    keras.utils.set_random_seed(options.seed)
    with run.forgotten_unless_learned():
        trained = task.train(entry, job)
    # The test rows are looked at once, here.
    job.say(f"measures {images.test.num_rows:,} test rows")
    metrics, table = task.measure(entry, job, trained)
    about = {"image_shape": images.image_shape, "split": images.described()}
    if team.num_replicas > 1:
        about["num_replicas"] = team.num_replicas
    run.finish(
        {**about, **metrics},
        lambda: task.draw(entry, job, trained),
        table,
        report.commands(run.folder, entry.can_be_sampled),
    )
    return run.folder, table
