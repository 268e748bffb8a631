"""The commands of `kerasdeep`."""

import typer

from kerasdeep.recipes import demo, studies
from kerasdeep.recipes.cli import models
from kerasdeep.recipes.cli.options import command
from kerasdeep.recipes.cli.screen import show_run
from kerasdeep.recipes.cli.train import train
from kerasdeep.recipes.cli.tune import tune

app = typer.Typer(
    name="kerasdeep",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Boltzmann machines, deep belief networks and feed-forward networks as Keras models.\n\n"
    "Start with `kerasdeep demo`: it takes a minute, needs no network and ends with a table and a "
    "page for the browser. Then `kerasdeep list`, and `kerasdeep train rbm`.",
)
app.command("list")(models.list_models)
app.add_typer(train, name="train")
app.add_typer(tune, name="tune")
app.command("evaluate")(models.evaluate)
app.command("sample")(models.sample)
app.command("export")(models.export)


def _demo(options):
    show_run("demo on digits", demo.run, options)


app.command("demo", help=demo.Options.__doc__)(command(_demo, demo.Options))


def _study_command(study):
    def run(options):
        show_run(f"{study.NAME} on {options.dataset}", studies.run_study, study, options)

    return command(run, study.Options)


for name, study in studies.modules().items():
    app.command(name, help=study.Options.__doc__)(_study_command(study))
