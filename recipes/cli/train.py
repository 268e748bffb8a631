"""`kerasdeep train NAME`: one command for each entry of the zoo, with its own options."""

import typer

from kerasdeep import zoo
from kerasdeep.recipes.cli.options import command
from kerasdeep.recipes.cli.screen import show_run
from kerasdeep.recipes.runs.options import DeviceOptions, options_of


class Entries(typer.core.TyperGroup):
    """A group of commands that knows what an unknown name was meant to be."""

    def resolve_command(
        self, context: typer.Context, arguments: list[str]
    ) -> tuple[str | None, typer.core.TyperCommand | None, list[str]]:
        zoo.get(arguments[0])
        return super().resolve_command(context, arguments)


train = typer.Typer(
    cls=Entries,
    subcommand_metavar="NAME [OPTIONS]",
    help="Train a model of the zoo; write model.keras, metrics.json, pictures, report.html and "
    "TensorBoard logs.\n\n"
    "Example: `kerasdeep train dbn-dnn --dataset mnist --epochs 20 --output runs/first`",
    epilog="Every entry has --dataset, --epochs, --batch-size, --seed, --output and options of its "
    "own: `kerasdeep train rbm --help`.",
)


@train.callback(invoke_without_command=True)
def check_name(context: typer.Context) -> None:
    """Refuses to go on without the name of an entry."""
    if context.invoked_subcommand is None:
        zoo.get("")


def _entry_command(kind):
    def run(options, entry):
        from kerasdeep.recipes import tasks

        show_run(f"{entry.name} on {options.dataset}", tasks.train, entry, options)

    return command(run, options_of(kind, DeviceOptions), kind)


for entry in zoo.ENTRIES.values():
    train.command(entry.name, help=f"{entry.summary}. {entry.citation}.")(
        _entry_command(type(entry))
    )
