"""Files that are what was written, or are known not to be."""

import hashlib
import json
from pathlib import Path
from typing import Any

CHECKSUMS = "SHA256SUMS"


def write_checksums(folder: Path) -> None:
    """Writes the checksums of all files of a folder beside them, as `sha256sum` does."""
    lines = [f"{checksum}  {name}\n" for name, checksum in _checksums(folder).items()]
    (folder / CHECKSUMS).write_text("".join(lines))


def intact(folder: Path) -> bool:
    """Returns whether a folder holds what it held when its checksums were written."""
    try:
        lines = (folder / CHECKSUMS).read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return lines == [f"{checksum}  {name}" for name, checksum in _checksums(folder).items()]


def _checksums(folder):
    found = {}
    for file in sorted(folder.iterdir()):
        if file.name != CHECKSUMS:
            with file.open("rb") as content:
                found[file.name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def read_json(file: Path, way_out: str) -> dict[str, Any]:
    """Returns the dict that a JSON file holds.

    Args:
        file: its `pathlib.Path`.
        way_out: what to do where it holds something else, a sentence.

    Raises:
        ValueError: if it holds anything else.
    """
    try:
        content = json.loads(file.read_text())
        if not isinstance(content, dict):
            raise ValueError(f"a {type(content).__name__}, not a dictionary")
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(
            f"Expected {file} as kerasdeep wrote it, in JSON. Received: {error}. {way_out}"
        ) from None
    return content
