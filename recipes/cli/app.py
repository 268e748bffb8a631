"""The commands of `kerasdeep`, and what becomes of an error."""

import os
import re
import sys

import typer

from kerasdeep.recipes import demo, studies
from kerasdeep.recipes.cli import models
from kerasdeep.recipes.cli.options import command
from kerasdeep.recipes.cli.screen import show_run
from kerasdeep.recipes.cli.train import train

app = typer.Typer(
    name="kerasdeep",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Boltzmann machines and deep belief networks as Keras models.\n\n"
    "Start with `kerasdeep demo`: it takes a minute, needs no network and ends with a table and a "
    "page for the browser. Then `kerasdeep list`, and `kerasdeep train rbm`.",
)
app.command("list")(models.list_models)
app.add_typer(train, name="train")
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
