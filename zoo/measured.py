"""What was measured: one file a result in `results/`, from which every table is made.

A result has `table` (where it stands), `command`, `metric` and `measured`, a dict from a column to
a value: a number, a dict with `mean` and `low`, `high` or `std`, or a list of such with one a seed.
Numbers are printed with the digits that the file has. `published` is a list of dicts with `value`,
`source`, `checked` and perhaps `what`; `rows`, in place of `measured`, a list of dicts that make a
table of their own.
"""

import json
import re
import statistics
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"
ABOUT = ("published", "seeds", "minutes", "cores", "command")
UNKNOWN = {"entry": None, "listed": False, "headline": None, "published": []}


def read() -> list[dict[str, Any]]:
    """Returns all results, a dict each, in the order of their tables and of their files' names."""
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        content = json.loads(file.read_text(), parse_float=Decimal)
        found.append({**UNKNOWN, "file": file.stem, **content})
    return sorted(found, key=lambda result: (result["table"], result.get("order", 0)))


def dumps(result: dict[str, Any]) -> str:
    """Returns a result as JSON, numbers with all their digits."""

    def marked(value):
        return f"<{value}>" if isinstance(value, Decimal) else value

    text = json.dumps(_mapped(marked, result), indent=2, ensure_ascii=False)
    return re.sub(r'"<(-?[\d.]+)>"', r"\1", text)


def _mapped(function, value):
    if isinstance(value, dict):
        return {key: _mapped(function, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_mapped(function, one) for one in value]
    return function(value)


def listed(name: str) -> dict[str, str]:
    """Returns what `kerasdeep list` says of an entry: metric, published number and ours."""
    for result in read():
        if result["entry"] == name and result["listed"]:
            ours = "; ".join(f"{what} {number(v)}" for what, v in result["measured"].items())
            return {
                "metric": f"{result['metric']}, {result['dataset']} ({result['convention']})",
                "published": published(result) or "no confirmed figure",
                "ours": f"{ours} ({budget(result)})",
            }
    unmeasured = f"not measured yet; kerasdeep train {name}"
    return {"metric": "none yet", "published": "none noted", "ours": unmeasured}


def table(name: str) -> str:
    """Returns the Markdown table of the results with this `table`; of `headlines`, of the chosen.

    Raises:
        ValueError: if there is no such result.
    """
    results = read()
    if name == "headlines":
        return markdown([headline(result) for result in results if result["headline"]])
    results = [result for result in results if result["table"] == name]
    if not results:
        raise ValueError(f"Expected a table of results. Received: {name!r}. See zoo/results.")
    return markdown([row for result in results for row in rows(result)])


def rows(result: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the rows of a result, dicts from column to text."""
    if "rows" in result:
        return [{column: number(v) for column, v in row.items()} for row in result["rows"]]
    row = {"data": result["dataset"]}
    row |= {column: number(value) for column, value in result["measured"].items()}
    told = {**result, "published": published(result), "command": f"`{result['command']}`"}
    return [row | {name: text(told[name]) for name in ABOUT if told.get(name) not in (None, "")}]


def headline(result: dict[str, Any]) -> dict[str, str]:
    """Returns the row of a result in the table of the first page."""
    ours = "; ".join(f"{what} {number(value)}" for what, value in result["measured"].items())
    return {
        "what": result["headline"],
        "ours": f"**{ours}**",
        "published": published(result),
        "budget": budget(result),
    }


def budget(result: dict[str, Any]) -> str:
    """Returns seeds, minutes and cores as a person says them."""
    seeds = result["seeds"]
    count = f"{len(seeds)} seeds" if len(seeds) > 1 else f"seed {seeds[0]}"
    each = " each" if len(seeds) > 1 else ""
    cores = result.get("cores", "unknown")
    cores = "one core" if cores == 1 else f"{cores} cores"
    return f"{count}, {text(result['minutes'])} min{each} on {cores}"


def published(result: dict[str, Any]) -> str:
    """Returns published numbers with their sources, and whether these were checked."""
    groups = {}
    for one in result["published"]:
        source = f"{one['source']}, {'checked' if one['checked'] else 'not checked'}"
        groups.setdefault(source, []).append(f"{one.get('what', '')} {one['value']}".strip())
    return "; ".join(f"{', '.join(values)} ({source})" for source, values in groups.items())


def number(value: Any) -> str:
    """Returns a measured value as text, with its spread or interval."""
    if isinstance(value, list):
        if len(value) == 1:
            return number(value[0])
        means = [one["mean"] if isinstance(one, dict) else one for one in value]
        digits = means[0].as_tuple().exponent
        mean, spread = (
            statistic(means).quantize(Decimal(1).scaleb(digits))
            for statistic in (statistics.mean, statistics.stdev)
        )
        return f"{mean} +- {spread} ({', '.join(map(number, value))})"
    if not isinstance(value, dict):
        return text(value)
    if "std" in value:
        return f"{value['mean']} +- {value['std']}"
    if value["high"] is None:
        return f"{value['mean']} ({value['low']}, open upwards)"
    return f"{value['mean']} ({value['low']} to {value['high']})"


def text(value: Any) -> str:
    """Returns a value, or those of a list, as text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def markdown(rows: list[dict[str, str]]) -> str:
    """Returns dicts from column to text as a table; what a row lacks stays empty."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    columns.sort(key=lambda column: ABOUT.index(column) if column in ABOUT else -1)
    cells = [columns, ["---"] * len(columns)]
    cells += [[row.get(column, "") for column in columns] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)
