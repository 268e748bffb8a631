"""The first minute: `kerasdeep demo`.

A small RBM of digits and their labels learns to draw each digit on request. A judge that never saw
a drawing tells whether they are what was asked for. The same model classifies, beside what is
usual; its likelihood grows, beside that of scikit-learn's RBM; it is saved, loaded, exported and
asked again. And the RBM of MNIST that comes with the package dreams. No data is fetched.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from kerasdeep.recipes.runs.options import RunOptions
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from rich.console import Console

NAME = "demo"
NEXT = ("kerasdeep list", "kerasdeep train rbm", "kerasdeep train dbn-dnn")


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Start here: learn to draw digits on request, in a minute, and show it all on one page."""

    dataset: ClassVar[str] = "digits"

    seed: int = parameter(0, "Seed of everything random.", low=0, high=2**31 - 1)
    epochs: int = parameter(
        10, "Epochs; each has every image ten times, its pixels drawn anew.", low=1
    )


def run(options: Options, console: "Console") -> tuple[Path, list[tuple[str, str, str]]]:
    """Runs the demo into an output folder.

    Args:
        options: an instance of `Options`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: for a folder that cannot be used.
    """
    import keras

    from kerasdeep.recipes import judge, report
    from kerasdeep.recipes.demo import contest, drawing, figures, learning, saving
    from kerasdeep.recipes.runs.folder import Run
    from kerasdeep.recipes.runs.job import Job

    images = learning.load()
    job = Job(options, images, Run(NAME, options), console)
    keras.utils.set_random_seed(options.seed)

    # 1. Learn; the likelihood of test rows is looked at on the way.
    trained = learning.train(job)
    with console.status("Digits on request, and what others make of the same rows"):
        # 2. Draw, and let a judge say what it sees.
        drawn = drawing.draw(trained.model, images.num_classes)
        metrics = {"drawings": judge.judged(images, drawn)}
        # 3. Measure, beside what is usual.
        metrics |= contest.measure(job, trained)
    with console.status("Saved, loaded, exported and asked again"):
        metrics |= saving.measure(job, trained.model)
    table = figures.table(metrics)
    commands = [*report.commands(job.run.folder), *NEXT]
    with console.status("Pictures, and dreams of the RBM of MNIST"):
        job.run.finish(metrics, lambda: figures.draw(job, metrics, drawn), table, commands)
    return job.run.folder, table
