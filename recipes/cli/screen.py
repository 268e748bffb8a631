"""What a person sees at the end of a run. Names that users chose are no markup of rich's."""

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_run(title, run, *arguments):
    """Runs `run(*arguments, console)` and prints its table and its folder."""
    console = Console()
    folder, rows = run(*arguments, console)
    print_table(console, title, rows)
    print_path(console, "All that it found is in", folder)


def print_table(console, title, rows):
    """Prints rows of name, value and unit."""
    table = Table(show_header=False)
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(printable(title, "table.title"), soft_wrap=True)
    console.print(table)


def print_path(console, words, path):
    """Prints words and the path of a file or a folder, which no line break cuts."""
    console.print(Text.assemble(words, " ", printable(path, "bold")), soft_wrap=True)


def printable(name, style):
    """Returns a name as text; what bytes of it are none are shown as question marks."""
    return Text(str(name).encode(errors="surrogateescape").decode(errors="replace"), style)
