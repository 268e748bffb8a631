"""The `kerasdeep` command."""

import os
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    name="kerasdeep",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Boltzmann machines and deep belief networks as Keras models.\n\n"
    "Start with `kerasdeep list`, then `kerasdeep train rbm`: it takes a minute, needs no network "
    "and ends with a table and a folder of pictures.",
)


class Binarization(StrEnum):
    """How grey levels become 0 and 1."""

    none = "none"
    threshold = "threshold"
    stochastic = "stochastic"


class Format(StrEnum):
    """What programs without Keras can read."""

    saved_model = "saved_model"
    onnx = "onnx"
    litert = "litert"


Dataset = Annotated[
    str,
    typer.Option(
        help="`digits` (built in), an image set of tensorflow-datasets such as `mnist` (found "
        "under TFDS_DATA_DIR), or a path to an .npz or .npy file."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(help="New or empty folder. [default: runs/NAME-DATASET-NUMBER]"),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on with the run that was stopped in the folder --output, however it ended; "
        "start it if there is none. The result is the same as without the stop.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of everything random.")]
Seeds = Annotated[int, typer.Option(min=1, help="Number of repetitions.")]
Download = Annotated[
    bool, typer.Option("--download", help="Let tensorflow-datasets fetch what is missing.")
]
ModelPath = Annotated[Path, typer.Argument(help="A .keras file, or a folder that `train` wrote.")]


@app.command("list")
def list_models():
    """Show the zoo: name, citation, published number, our number."""
    from kerasdeep import zoo

    table = Table.grid(padding=(0, 2))
    for entry in zoo.ENTRIES.values():
        table.add_row(f"[bold]{entry.name}[/bold]", f"[bold]{entry.summary}[/bold]")
        table.add_row("", f"[dim]{entry.citation}[/dim]")
        for name in ("metric", "published", "ours"):
            table.add_row(name, getattr(entry, name))
        table.add_row()
    Console().print(table)


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="A name that `kerasdeep list` shows.")],
    dataset: Dataset = "digits",
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Epochs of training; for dbn-dnn, of fine-tuning. [default: zoo]"),
    ] = None,
    pretrain_epochs: Annotated[
        int | None, typer.Option(min=1, help="dbn-dnn: epochs for each layer. [default: zoo]")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Rows a batch. [default: zoo]")
    ] = None,
    seed: Seed = 0,
    output: Output = None,
    binarize: Annotated[
        Binarization,
        typer.Option(
            help="`threshold`: 1 above 0.5; `stochastic`: 1 with the probability of the grey "
            "level, drawn anew every epoch."
        ),
    ] = Binarization.none,
    validation_every: Annotated[
        int,
        typer.Option(
            min=0, help="Every so many-th training row is held out for validation; 0: none."
        ),
    ] = 10,
    stream: Annotated[
        bool | None,
        typer.Option(help="Read the data anew every epoch. [default: if it is large]"),
    ] = None,
    temperatures: Annotated[
        int, typer.Option(min=1, help="RBMs: of annealed importance sampling at the end.")
    ] = 10_000,
    resume: Resume = False,
    download: Download = False,
):
    """Train a model of the zoo; write model.keras, metrics.json, pictures and TensorBoard logs.

    Example: `kerasdeep train dbn-dnn --dataset mnist --epochs 20 --output runs/first`
    """
    from kerasdeep import zoo
    from kerasdeep.recipes import class_rbm, conv_rbm, dbn_dnn, rbm
    from kerasdeep.recipes.options import Options

    entry = zoo.get(name)
    check_resume(resume, output)
    options = Options(
        dataset=dataset,
        epochs=epochs,
        pretrain_epochs=pretrain_epochs,
        batch_size=batch_size,
        seed=seed,
        output=output and str(output),
        binarization=str(binarize),
        validation_every=validation_every,
        stream=stream,
        num_temperatures=temperatures,
        download=download,
        resume=resume,
    )
    recipes = {
        "dbn-dnn": dbn_dnn,
        "class-rbm": class_rbm,
        "class-rbm-generative": class_rbm,
        "conv-rbm": conv_rbm,
    }
    recipe = recipes.get(entry.name, rbm)
    console = Console()
    folder, rows = recipe.train(entry, options, console)
    print_table(console, f"{name} on {dataset}", rows)
    console.print(f"Model, metrics, pictures and logs are in [bold]{folder}[/bold]")


@app.command("pretraining-effect")
def pretraining_effect(
    dataset: Dataset = "digits",
    seeds: Seeds = 3,
    updates: Annotated[int, typer.Option(min=1, help="Updates of each network.")] = 4000,
    pretrain_epochs: Annotated[int, typer.Option(min=1, help="Epochs for each layer.")] = 10,
    output: Output = None,
    resume: Resume = False,
    download: Download = False,
):
    """Measure what pretraining brings: error against depth, labels and initial weights."""
    from kerasdeep.recipes import pretraining_effect
    from kerasdeep.recipes.options import StudyOptions

    check_resume(resume, output)
    options = StudyOptions(
        dataset=dataset,
        pretrain_epochs=pretrain_epochs,
        output=output and str(output),
        validation_every=0,
        download=download,
        resume=resume,
        num_seeds=seeds,
        num_updates=updates,
    )
    run_study(pretraining_effect, options, f"Pretraining on {dataset}")


@app.command("few-labels")
def few_labels(
    dataset: Dataset = "digits",
    seeds: Seeds = 3,
    updates: Annotated[int, typer.Option(min=1, help="Updates of each learner.")] = 2000,
    output: Output = None,
    resume: Resume = False,
    download: Download = False,
):
    """Measure what a classification RBM gains over a network where labels are few."""
    from kerasdeep.recipes import few_labels
    from kerasdeep.recipes.options import StudyOptions

    check_resume(resume, output)
    options = StudyOptions(
        dataset=dataset,
        output=output and str(output),
        download=download,
        resume=resume,
        num_seeds=seeds,
        num_updates=updates,
    )
    run_study(few_labels, options, f"Few labels of {dataset}")


@app.command("compare-samplers")
def compare_samplers(
    dataset: Dataset = "digits",
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of each training.")] = 20,
    binarize: Annotated[
        Binarization, typer.Option(help="As of `train`; grey levels have no likelihood.")
    ] = Binarization.stochastic,
    temperatures: Annotated[
        int, typer.Option(min=1, help="Of annealed importance sampling at the end.")
    ] = 10_000,
    seed: Seed = 0,
    output: Output = None,
    resume: Resume = False,
    download: Download = False,
):
    """Train the same RBM with every sampler; draw likelihood against time."""
    from kerasdeep.recipes import sampler_comparison
    from kerasdeep.recipes.options import Options

    check_resume(resume, output)
    options = Options(
        dataset=dataset,
        epochs=epochs,
        seed=seed,
        output=output and str(output),
        binarization=str(binarize),
        validation_every=0,
        num_temperatures=temperatures,
        download=download,
        resume=resume,
    )
    run_study(sampler_comparison, options, f"Samplers on {dataset}")


@app.command("hopfield-capacity")
def hopfield_capacity(
    units: Annotated[int, typer.Option(min=50, help="Units of the network.")] = 500,
    seeds: Seeds = 3,
    output: Output = None,
    resume: Resume = False,
):
    """Store ever more random patterns in a Hopfield network; draw recall against load."""
    from kerasdeep.recipes import hopfield_capacity
    from kerasdeep.recipes.options import Options

    check_resume(resume, output)
    options = Options(dataset="random", output=output and str(output), resume=resume)
    run_study(hopfield_capacity, options, f"Hopfield network, {units} units", units, seeds)


@app.command()
def evaluate(path: ModelPath, dataset: Dataset = ""):
    """Measure a saved model on the test rows of a data set. [default: the one it was trained on]"""
    from kerasdeep.recipes.evaluation import evaluate_model

    dataset, rows = evaluate_model(path, dataset)
    print_table(Console(), f"{path} on the test rows of {dataset}", rows)


@app.command()
def sample(
    path: ModelPath,
    num_samples: Annotated[int, typer.Option(min=1, help="Number of chains.")] = 12,
    steps: Annotated[int, typer.Option(min=1, help="Gibbs steps of each chain.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the chains.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option(help="PNG file to write. [default: samples-NUMBER.png beside the model]"),
    ] = None,
    inpaint: Annotated[
        bool,
        typer.Option("--inpaint", help="RBMs: draw the lower half of test images given the upper."),
    ] = False,
    dataset: Annotated[
        str, typer.Option(help="Of --inpaint. [default: the one it was trained on]")
    ] = "",
):
    """Draw fantasies from a saved RBM or DBN into a picture, as they change along the chain."""
    from kerasdeep.recipes.sampling import draw_lower_halves, draw_samples

    if inpaint:
        file = draw_lower_halves(path, dataset, num_samples, steps, seed, output)
    else:
        file = draw_samples(path, num_samples, steps, seed, output)
    Console().print(f"Wrote [bold]{file}[/bold]")


@app.command("export")
def export_model(
    path: ModelPath,
    folder: Annotated[Path, typer.Argument(help="Folder of all versions of the served model.")],
    format: Annotated[
        Format, typer.Option(help="`onnx` and `litert` hold what the model is usually asked.")
    ] = Format.saved_model,
):
    """Write a saved model for TensorFlow Serving, into the next version folder of FOLDER."""
    import kerasdeep
    from kerasdeep.recipes.run import load_model

    written = kerasdeep.export(load_model(path), folder, str(format))
    Console().print(f"Wrote [bold]{written}[/bold]", soft_wrap=True)


def check_resume(resume, output):
    """Raises ValueError unless a run to go on with is named."""
    if resume and output is None:
        raise ValueError("--resume needs --output, the folder of the run to go on with.")


def run_study(study, options, title, *arguments):
    """Runs a study and prints its table and its folder."""
    console = Console()
    folder, rows = study.train(options, *arguments, console)
    print_table(console, title, rows)
    console.print(f"Picture and metrics are in [bold]{folder}[/bold]")


def print_table(console, title, rows):
    """Prints rows of name, value and unit."""
    table = Table(title=title, show_header=False, title_justify="left")
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def main():
    """Runs the command; what a user can mend ends in one line on stderr and exit code 2."""
    # TensorFlow's C++ side logs to file descriptor 2; a person reads Python's stderr.
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except Exception as error:
        message, code = mendable(error)
        if message is None:
            raise
        sys.stderr.write(f"kerasdeep: {' '.join(message.split())}\n")
        sys.exit(code)


def mendable(error):
    """Returns the message and the exit code for what a user can mend, or `(None, 1)`."""
    if isinstance(error, typer.Abort):
        return "interrupted; to go on, the same command with --output FOLDER --resume", 130
    if hasattr(error, "format_message"):  # wrong usage, as the command line parser found it
        return error.format_message(), 2
    if isinstance(error, ValueError | FloatingPointError | OSError):
        return str(error), 2
    # What a reader of a streamed file raises comes back from TensorFlow as an error of its own.
    streamed = re.search(r"ValueError: (Expected .*)", str(error))
    return (streamed[1], 2) if streamed else (None, 1)
