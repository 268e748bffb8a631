"""One sweep: trials, the best of them, and what there is to see of it."""

import dataclasses
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras_tuner
from rich.console import Console

from kerasdeep.recipes import report
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure
from kerasdeep.recipes.runs.folder import MODEL, Run, check_unfinished
from kerasdeep.recipes.runs.precision import in_precision
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.recipes.sweeps import figures, findings, hparams, oracles
from kerasdeep.recipes.sweeps.chief import serve
from kerasdeep.recipes.sweeps.findings import written
from kerasdeep.recipes.sweeps.local import Workers, end_with_parent, free_address
from kerasdeep.recipes.sweeps.objective import chosen_objective
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.recipes.sweeps.progress import TrialProgress
from kerasdeep.recipes.sweeps.tuner import LAYERS, Tuner, run_of
from kerasdeep.recipes.sweeps.worker import Worker, connect
from kerasdeep.recipes.tasks import objectives_of, task_of
from kerasdeep.zoo import Entry
from kerasdeep.zoo.space import Space, named_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRIALS, TRIALS_SHOWN = "trials", 10
NOTHING = 1e-3  # beside what another hyper-parameter was worth
# What a sweep compares is the fine-tuned classifier where there is one.
COMPARED = ("classifier.keras", MODEL)


def sweep(
    entry: Entry, options: TuneOptions, console: Console
) -> tuple[Path, list[tuple[str, str, str]]]:
    """Runs the trials that a sweep still lacks, and measures the best model on the test rows.

    Args:
        entry: a `kerasdeep.zoo.Entry`.
        options: `TuneOptions`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: for an objective, a range, data or a folder that cannot be used; where no trial
            ended well.
    """
    task = task_of(entry)
    images = task.load(entry, options)
    space = _space(entry, images, options)
    objective = chosen_objective(objectives_of(space.entry, images), options)
    oracle = _oracle(space, objective, options)
    name, decides = f"tune-{entry.name}", {"entry": space.entry.hyper_parameters()}
    if options.role == "worker":
        end_with_parent()
        connect(options.address)
        check_unfinished(Path(options.output), {"recipe": name, **options.recorded(), **decides})
        return _work(oracle, space, images, options)
    run = Run(name, options, decides)
    trials = run.folder / TRIALS
    oracle.start_in(trials, keep_workers=bool(options.role))  # those of this machine have ended
    progress = TrialProgress(console, oracle, options.trials)
    if options.role:
        console.print(f"the chief listens on {options.address}", highlight=False)
        serve(oracle, options.address, progress.show, progress.say, options.lease)
    elif options.workers:
        address = free_address()
        with Workers(options.workers, address, run.folder, trials) as workers:
            serve(oracle, address, progress.show, progress.say, options.lease, workers.look)
    else:
        _search(Tuner(oracle, space, images, options, trials, progress.inner, progress.show))
    return _found(oracle, objective, _fitted(entry, images), images, run, options.seed)


def _search(tuner):
    try:
        tuner.search()
    except keras_tuner.errors.FatalError as error:
        raise error.__cause__ from None


def _work(oracle, space, images, options):
    """Trains what a chief says; returns the folder that they share, and how many trials it was."""
    folder, quiet, ended = Path(options.output), Console(quiet=True), []
    worker = Worker(oracle, space, images, options, folder / TRIALS, quiet, ended.append)
    worker.lease = options.lease
    _search(worker)
    return folder, [("trials of this worker", str(len(ended)), "")]


def _found(oracle, objective, usual, images, run, seed):
    """Measures the best model, and writes what there is to see of the sweep."""
    best = oracle.get_best_trials()[0]
    if best.score is None:
        raise ValueError(
            f"Every trial failed; the last said: {findings.last_line(best.message)} Look for other "
            "values with --range, or for fewer with --fix."
        )
    for file in run_of(run.folder / TRIALS, best, seed).glob("*.keras"):
        shutil.copy(file, run.folder)
    # The test rows are looked at once, here.
    compared = next(name for name in COMPARED if (run.folder / name).is_file())
    with in_precision(run.asked["precision"]):
        test = measure(load_model(run.folder / compared), images.test)
    places = findings.placed(oracle)
    worth = findings.worth(*places)
    trials = findings.recorded(oracle)
    hparams.write(Path(run.logs), trials, objective.name)
    metrics = {
        "image_shape": images.image_shape,
        "split": images.described(),
        "objective": {"name": objective.name, "direction": objective.direction},
        "best": findings.chosen(best),
        "test": test,
        "worth": worth,
        "trials": trials,
    }
    table = _table(objective, named_values(usual), metrics)
    run.finish(
        metrics,
        lambda: _drawn(oracle, objective, places, worth),
        table,
        report.commands(run.folder, usual.can_be_sampled),
    )
    shutil.rmtree(run.folder / TRIALS / LAYERS, ignore_errors=True)
    return run.folder, table


def _space(entry: Entry, images: Images, options: TuneOptions) -> Space:
    """Returns what the sweep may change, of the entry as it fits the data."""
    if not images.validation:
        raise ValueError(
            "A sweep compares trials on validation rows. Received: --validation-every 0, which "
            "holds out none. Pass 10, for one of ten."
        )
    fixed = options.fixed(entry)
    epochs = {} if options.epochs is None else {"epochs": options.epochs}
    entry = _fitted(dataclasses.replace(entry, **fixed, **epochs), images)
    return Space(entry, options.ranges(entry), fixed)


def _fitted(entry, images):
    return entry.fit_to(images.train.num_rows, math.prod(images.image_shape))


def _oracle(
    space: Space, objective: keras_tuner.Objective, options: TuneOptions
) -> keras_tuner.Oracle:
    hp = keras_tuner.HyperParameters()
    space.choose(hp)
    return oracles.make(
        options.tuner, objective, hp, options.trials, space.entry.epochs, options.seed
    )


def _table(
    objective: keras_tuner.Objective, usual: dict[str, Any], metrics: dict[str, Any]
) -> list[tuple[str, str, str]]:
    """Returns the best trials, the values of the best beside the entry's own, and its test rows."""
    rows = []
    for one in metrics["trials"][:TRIALS_SHOWN]:
        values = "  ".join(f"{name} {written(value)}" for name, value in one["values"].items())
        if one["epochs"]:
            values += f"  in {one['epochs']} epochs"
        score = "failed" if one["score"] is None else f"{one['score']:.4g}"
        rows.append((f"trial {one['trial']}, {objective.name}", score, one["failed"] or values))
    least = NOTHING * max(metrics["worth"].values(), default=0.0)
    for name, value in metrics["best"].items():
        worth = metrics["worth"].get(name)
        about = f"the entry has {usual.get(name, 'none')}"
        about += f", worth {worth:.2g}" if worth and worth > least else ""
        rows.append((name, written(value), about))
    units = {"error": "of all test rows"}
    return rows + [
        (f"test {name.replace('_', ' ')}", f"{value:.4f}", units.get(name, ""))
        for name, value in metrics["test"].items()
    ]


def _drawn(oracle, objective, places, worth) -> "dict[str, Figure]":
    _, where, scores = places
    space = oracle.get_space().space
    drawn = {"trials": figures.parallel_coordinates(space, where, scores, objective)}
    return drawn | ({"worth": figures.bars(worth, objective.name)} if worth else {})
