"""Commands about models that exist: of the zoo, or saved by a run."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kerasdeep.recipes.cli.screen import print_path, print_table

ModelPath = Annotated[
    Path,
    typer.Argument(help="A .keras file, a folder that `train` wrote, or a trained model's name."),
]

Download = Annotated[
    bool,
    typer.Option("--download", help="Let tensorflow-datasets fetch what is missing."),
]


def list_models() -> None:
    """Show the zoo: name, citation, published number, our number."""
    from kerasdeep import zoo
    from kerasdeep.zoo import measured

    table = Table.grid(padding=(0, 2))
    for entry in zoo.ENTRIES.values():
        table.add_row(Text(entry.name, "bold"), Text(entry.summary, "bold"))
        table.add_row("", Text(entry.citation, "dim"))
        for about in measured.listed(entry.name).items():
            table.add_row(*map(Text, about))
        table.add_row()
    Console().print(table)


def evaluate(
    path: ModelPath,
    dataset: str = "",
    temperatures: Annotated[
        int | None,
        typer.Option(min=1, help="Of annealing, for the log-likelihood. [default: without]"),
    ] = None,
    download: Download = False,
) -> None:
    """Measure a saved model on the test rows of a data set. [default: the one it was trained on]"""
    from kerasdeep.recipes.saved.evaluate import evaluate_model

    dataset, rows = evaluate_model(path, dataset, temperatures, download, typer.echo)
    print_table(Console(), f"{path} on the test rows of {dataset}", rows)


def sample(
    path: ModelPath,
    num_samples: Annotated[int, typer.Option(min=1, help="Number of drawings.")] = 12,
    steps: Annotated[int, typer.Option(min=1, help="Gibbs steps, of models with chains.")] = 1000,
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
    download: Download = False,
) -> None:
    """Draw what a saved model makes up into a picture: of chains, as they change on the way.

    A model of labels draws its classes in turn.
    """
    from kerasdeep.recipes.saved.sample import draw_lower_halves, draw_samples

    if inpaint:
        file = draw_lower_halves(path, dataset, num_samples, steps, seed, output, download)
    else:
        file = draw_samples(path, num_samples, steps, seed, output)
    print_path(Console(), "Wrote", file)


def export(
    path: ModelPath,
    folder: Annotated[Path, typer.Argument(help="Folder of all versions of the served model.")],
    format: Annotated[
        Literal["saved_model", "onnx", "litert"],
        typer.Option(help="`onnx` and `litert` hold what the model is usually asked."),
    ] = "saved_model",
) -> None:
    """Write a saved model for TensorFlow Serving, into the next version folder of FOLDER."""
    import kerasdeep
    from kerasdeep.recipes.saved.files import labels_of, load_model

    written = kerasdeep.export(load_model(path), folder, format, labels_of(path))
    print_path(Console(), "Wrote", written)
