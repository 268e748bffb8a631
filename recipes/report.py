"""A finished run as one page for the browser: nothing on it is fetched from elsewhere."""

import base64
import html
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.strip import Strip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; }
td { padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid #8886; }
td:nth-child(2) { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 2rem 0; }
img { max-width: 100%; padding: 0.5rem; border-radius: 0.4rem; background: white; }
pre { overflow-x: auto; padding: 0.8rem; border-radius: 0.4rem; background: #8882; }
</style>
</head>
<body>
<h1>$title</h1>
<table>
$rows
</table>
$figures
$commands
<details>
<summary>Options and versions</summary>
<pre>$record</pre>
</details>
</body>
</html>
""")


def page(
    title: str,
    table: Sequence[tuple[str, str, str]],
    figures: dict[Path, str],
    commands: Sequence[str],
    record: dict[str, Any],
) -> str:
    """Returns the page of a run, an HTML text that holds its pictures.

    Args:
        title: what was run.
        table: rows of texts, as on the screen.
        figures: dict from the path of a PNG picture to what is seen on it.
        commands: command lines to go on with, if any.
        record: dict of what decided the result, for `json.dumps`.
    """
    return PAGE.substitute(
        title=html.escape(title),
        rows="\n".join(_row(cells) for cells in table),
        figures="\n".join(_figure(path, seen) for path, seen in figures.items()),
        commands=_commands(commands),
        record=html.escape(json.dumps(record, indent=2)),
    )


def _row(cells):
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _figure(path, seen):
    content = base64.b64encode(path.read_bytes()).decode()
    source, seen = f"data:image/png;base64,{content}", html.escape(seen)
    return f'<figure><img src="{source}" alt="{seen}"><figcaption>{seen}</figcaption></figure>'


def _commands(lines):
    return f"<h2>To go on</h2>\n<pre>{html.escape(chr(10).join(lines))}</pre>" if lines else ""


def seen_on(name: str, picture: "Figure | Strip") -> str:
    """Returns in words what a figure or a strip shows: its name, and its titles."""
    if isinstance(picture, Strip):
        titles = [picture.title]
    else:
        titles = [axes.get_title() for axes in picture.axes if axes.get_title()]
    name = name.replace("_", " ").replace("-", " ").capitalize()
    return f"{name}: {', '.join(titles)}" if titles else name


def commands(folder: Path, samples: bool = True) -> list[str]:
    """Returns the command lines to go on with.

    Args:
        folder: output folder of `kerasdeep train`.
        samples: whether its model can be sampled. Default True.
    """
    path, served = shlex.quote(str(folder)), shlex.quote(str(folder / "serving"))
    return [
        f"kerasdeep evaluate {path}",
        *([f"kerasdeep sample {path}"] if samples else []),
        f"kerasdeep export {path} {served}",
        f"tensorboard --logdir {shlex.quote(str(folder / 'logs'))}",
    ]
