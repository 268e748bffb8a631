"""From the name of a data set to its files."""

from pathlib import Path

from kerasdeep.recipes.data.chunks import Chunks, Source
from kerasdeep.recipes.data.numpy_file import open_numpy_file
from kerasdeep.recipes.data.tensorflow_dataset import open_tensorflow_dataset
from kerasdeep.recipes.data.variants import VARIANTS, open_variant

DIABETES = "diabetes"  # a table, see `kerasdeep.recipes.data.table`


def open_source(name: str, download: bool = False) -> Source:
    """Finds a data set.

    Args:
        name: `"digits"`, a variant of MNIST, a tensorflow-datasets name, or a path to an `.npz` or
            `.npy` file.
        download: whether tensorflow-datasets may fetch what is missing. Default False.

    Returns:
        A `Source`.

    Raises:
        ValueError: for an unknown, missing or unreadable data set.
    """
    if name == "digits":
        return _digits()
    if name == DIABETES:
        raise ValueError(
            f"Expected images. Received: {name!r}, a table of numbers: train mlp-regression on it."
        )
    if is_numpy_file(name):
        return open_numpy_file(Path(name))
    if name in VARIANTS:
        return open_variant(name, download)
    return open_tensorflow_dataset(name, download)


def is_numpy_file(name: str) -> bool:
    """Returns whether the name of a data set is the path of a file."""
    return Path(name).suffix in (".npy", ".npz")


def _digits():
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = (digits.data / 16).astype("float32"), digits.target.astype("int64")
    rows = Chunks(len(images), lambda: [(images, labels)], lambda: labels)
    return Source("digits", (8, 8), tuple(range(10)), rows)
