"""Files that are either whole or not there."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Gives a name beside `path` to write a file or a folder under, and renames it at the end.

    Where writing fails nothing is left, and whatever stood at `path` still does. A process that is
    killed leaves at most `.unfinished-NAME`, which the next attempt removes.

    Args:
        path: `pathlib.Path` to write; its folder must exist.

    Example:

    >>> with written_whole(Path("numbers.json")) as unfinished:
    ...     unfinished.write_text("[1, 2]")
    """
    # The suffix stays last: Keras and matplotlib go by it.
    unfinished = path.with_name(f".unfinished-{path.name}")
    _remove(unfinished)
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        _remove(unfinished)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
