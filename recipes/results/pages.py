"""Writes the tables of Markdown pages, between comments that name them."""

import re
from pathlib import Path

from kerasdeep.zoo import measured

MARKED = re.compile(r"(<!-- results: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """Returns the text of a page with what stands between its marks made anew.

    A table `<!-- results: NAME -->` ... `<!-- end -->` holds the results of that name.

    Raises:
        ValueError: for a name that no result has.
    """
    return MARKED.sub(lambda found: f"{found[1]}{measured.table(found[2])}\n{found[3]}", page)


def rewrite(path: str | Path) -> bool:
    """Writes a page anew where its tables are not those of the results; returns whether it did."""
    path = Path(path)
    before = path.read_text()
    after = with_tables(before)
    if after != before:
        path.write_text(after)
    return after != before
