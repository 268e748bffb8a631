"""`kerasdeep tune NAME`: a sweep over the hyper-parameters of an entry of the zoo."""

import typer

from kerasdeep import zoo
from kerasdeep.recipes.cli.options import command
from kerasdeep.recipes.cli.screen import show_run
from kerasdeep.recipes.cli.train import Entries, check_name
from kerasdeep.recipes.runs.options import options_of
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.zoo.space import Space

tune = typer.Typer(
    cls=Entries,
    subcommand_metavar="NAME [OPTIONS]",
    help="Look for the best hyper-parameters of a model of the zoo; write what every trial gave, "
    "pictures of it, and the best model.\n\n"
    "Example: `kerasdeep tune dbn-dnn --dataset mnist --tuner hyperband --trials 30`",
    epilog="What a sweep may change of an entry: `kerasdeep tune rbm --help`.",
)

tune.callback(invoke_without_command=True)(check_name)
LARGE = 60_000, 784


def _entry_command(entry):
    def run(options):
        from kerasdeep.recipes.sweeps.sweep import sweep

        show_run(f"sweep of {entry.name} on {options.dataset}", sweep, entry, options)

    return command(run, options_of(type(entry), TuneOptions))


for entry in zoo.ENTRIES.values():
    names = ", ".join(Space(entry.fit_to(*LARGE)).names)
    tune.command(entry.name, help=f"{entry.summary}.\n\nA sweep changes: {names}.")(
        _entry_command(entry)
    )
