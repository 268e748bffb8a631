"""What the data calls the classes of a model, kept within the file of the model.

A `.keras` file is a zip archive, of which Keras reads the members that it knows.
"""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

LABELS = "labels.json"


def write_labels(file: Path, labels: Sequence[int]) -> None:
    """Adds labels, a sequence of integers in the order of the classes, to a `.keras` file."""
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(LABELS, json.dumps(labels))


def read_labels(file: Path) -> list[int] | None:
    """Returns the labels in a `.keras` file; None where the classes are called 0, 1, 2, ...

    Raises:
        ValueError: if what it holds are no labels.
    """
    with zipfile.ZipFile(file) as archive:
        if LABELS not in archive.namelist():
            return None
        try:
            labels = json.loads(archive.read(LABELS))
            if {type(label) for label in labels} != {int} or labels != sorted(set(labels)):
                raise ValueError(labels)
        except (ValueError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"Expected rising whole numbers, one a class, as {LABELS} in {file}. Received: "
                f"{error}. Copy the file again, or train again."
            ) from None
    return labels
