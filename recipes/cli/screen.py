"""What a person sees at the end of a run."""

from rich.console import Console
from rich.table import Table


def show_run(title, run, *arguments):
    """Runs `run(*arguments, console)` and prints its table and its folder."""
    console = Console()
    folder, rows = run(*arguments, console)
    print_table(console, title, rows)
    console.print(f"All that it found is in [bold]{folder}[/bold]")


def print_table(console, title, rows):
    """Prints rows of name, value and unit."""
    table = Table(title=title, show_header=False, title_justify="left")
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*row)
    console.print(table)
