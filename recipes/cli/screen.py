"""What a person sees at the end of a run. Names that users chose are no markup of rich's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_run(
    title: str, run: Callable[..., tuple[Path, list[tuple[str, str, str]]]], *arguments: Any
) -> None:
    """Runs `run(*arguments, console)` and prints its table and its folder."""
    console = Console()
    folder, rows = run(*arguments, console)
    print_table(console, title, rows)
    print_path(console, "All that it found is in", folder)


def print_table(console: Console, title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """Prints rows of name, value and unit."""
    table = Table(show_header=False)
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(printable(title, "table.title"), soft_wrap=True)
    console.print(table)


def print_path(console: Console, words: str, path: Path) -> None:
    """Prints words and the path of a file or a folder, which no line break cuts."""
    console.print(Text.assemble(words, " ", printable(path, "bold")), soft_wrap=True)


def printable(name: str | Path, style: str) -> Text:
    """Returns a name as text; what bytes of it are none are shown as question marks."""
    return Text(str(name).encode(errors="surrogateescape").decode(errors="replace"), style)
