"""Readers: from the name of a data set to chunks of images and labels.

Each reader returns a `Source`. Images come as chunks, NumPy arrays of some thousand rows, so that
a data set larger than memory never has to be in it at once.
"""

import difflib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHUNK_ROWS = 4096


@dataclass(frozen=True)
class Chunks:
    """Part of a data set: its number of rows, and a function that starts reading it.

    `read()` yields `(images, labels)`: images of shape `(rows, num_pixels)` in their original
    type, and labels of shape `(rows,)` or None.
    """

    num_rows: int
    read: Callable


@dataclass(frozen=True)
class Source:
    """A data set as its files have it: `test` is None where it has no test set of its own."""

    name: str
    image_shape: tuple
    num_classes: int | None
    train: Chunks
    test: Chunks | None = None
    validation: Chunks | None = None


def open_source(name, download=False):
    """Finds a data set.

    Args:
        name: `"digits"`, a tensorflow-datasets name, or a path to an `.npz` or `.npy` file.
        download: whether tensorflow-datasets may fetch what is missing. Default False.

    Raises:
        ValueError: for an unknown, missing or unreadable data set.
    """
    if name == "digits":
        return _digits()
    if Path(name).suffix in (".npy", ".npz"):
        return _numpy_file(Path(name))
    return _tensorflow_datasets(name, download)


def _digits():
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.data / 16).astype("float32")
    return Source("digits", (8, 8), 10, Chunks(len(images), lambda: [(images, digits.target)]))


def _numpy_file(path):
    """Reads `x` and `y`, or `x_train`, `y_train`, `x_test`, `y_test` as Keras's own files have."""
    if not path.is_file():
        raise ValueError(f"Expected a file at {path}. Received: a path where there is none.")
    try:
        names = _array_names(path)
        trained = "x_train" if "x_train" in names else "x"
        if trained not in names:
            raise ValueError(f"it holds {', '.join(sorted(names)) or 'nothing'}, but no 'x'")
        train, shape, labels = _array_chunks(path, names, trained)
        num_classes = None if labels is None else int(labels.max()) + 1
        test = None
        if "x_test" in names:
            test, test_shape, _ = _array_chunks(path, names, "x_test", num_classes)
            if test_shape != shape:
                raise ValueError(f"images of shape {shape} to train, {test_shape} to test")
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"Expected {path} to hold images as 'x' (and labels as 'y'), of shape (rows, pixels) "
            f"(rows, height, width) or (rows, height, width, 1 or 3). Received: {error}."
        ) from None
    return Source(path.stem, shape, num_classes, train, test)


def _array_names(path):
    if path.suffix == ".npy":
        return {"x"}
    with zipfile.ZipFile(path) as archive:
        return {Path(name).stem for name in archive.namelist()}


def _array_chunks(path, names, key, num_classes=None):
    """Returns chunks of an array in a file, the shape of one image, and the labels or None."""
    with _open_array(path, key) as file:
        shape, dtype = _read_header(file)
        missing = file.tell() + int(np.prod(shape)) * dtype.itemsize - _array_size(path, key)
    if missing > 0:
        raise ValueError(f"a file that ends {missing} bytes before the last row of '{key}'")
    if len(shape) not in (2, 3, 4) or (len(shape) == 4 and shape[3] not in (1, 3)):
        raise ValueError(f"'{key}' has shape {shape}")
    if 0 in shape:
        raise ValueError(f"'{key}' is empty, of shape {shape}")
    labels = None
    label_key = key.replace("x", "y", 1)
    if path.suffix == ".npz" and label_key in names:
        with np.load(path) as arrays:
            labels = _checked_labels(arrays[label_key].reshape(-1), shape[0], num_classes)

    def read():
        with _open_array(path, key) as file:
            _read_header(file)
            row_size = int(np.prod(shape[1:]))
            for start in range(0, shape[0], CHUNK_ROWS):
                count = min(CHUNK_ROWS, shape[0] - start)
                content = file.read(count * row_size * dtype.itemsize)
                images = np.frombuffer(content, dtype).reshape(count, row_size)
                yield images, None if labels is None else labels[start : start + count]

    image_shape = shape[1:] if len(shape) > 2 else image_shape_of_row(shape[1])
    return Chunks(shape[0], read), image_shape, labels


def _open_array(path, key):
    return path.open("rb") if path.suffix == ".npy" else zipfile.ZipFile(path).open(f"{key}.npy")


def _array_size(path, key):
    if path.suffix == ".npy":
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(f"{key}.npy").file_size


def _read_header(file):
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0
    if version >= (2, 0):
        read = np.lib.format.read_array_header_2_0
    shape, columns_first, dtype = read(file)
    if dtype.kind not in "biuf":
        raise ValueError(f"an array of type {dtype}, not of numbers")
    if columns_first:
        raise ValueError("an array in Fortran order; save numpy.ascontiguousarray(x) instead")
    return shape, dtype


def image_shape_of_row(num_pixels):
    """Returns the shape in which a plain row of values is shown: as near a square as it goes."""
    height = int(np.sqrt(num_pixels))
    while num_pixels % height:
        height -= 1
    return height, num_pixels // height


def _checked_labels(labels, num_rows, num_classes):
    """Returns one integer label a row, or raises a ValueError; None: any number of classes."""
    if len(labels) != num_rows:
        raise ValueError(f"{num_rows} images but {len(labels)} labels")
    if labels.dtype.kind not in "biu":
        raise ValueError(f"labels of type {labels.dtype}, not integers from 0")
    if labels.min() < 0:
        raise ValueError(f"labels from {labels.min()}, not from 0")
    if num_classes is not None and labels.max() >= num_classes:
        raise ValueError(f"labels up to {labels.max()} for {num_classes} classes")
    return labels.astype("int64")


def _tensorflow_datasets(name, download):
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder(name, try_gcs=False)
    except (tfds.core.DatasetNotFoundError, ValueError):
        close = difflib.get_close_matches(name, [*tfds.list_builders(), "digits"], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            "Expected a data set: 'digits', an image set of tensorflow-datasets, or a path to an "
            f".npz or .npy file. Received: {name!r}.{hint}"
        ) from None
    if download:
        config = tfds.download.DownloadConfig(try_download_gcs=False)
        builder.download_and_prepare(download_config=config)
    if not builder.data_path.exists():
        raise ValueError(
            f"Expected the data set {name!r} in {builder.data_path}. Received: nothing there. Set "
            "TFDS_DATA_DIR to the folder that holds it, or pass --download to fetch it."
        )
    features = builder.info.features
    images = [key for key, value in features.items() if isinstance(value, tfds.features.Image)]
    if len(images) != 1 or None in features[images[0]].shape:
        raise ValueError(
            f"Expected a data set with one image of a fixed size an example. Received: {name!r} "
            f"with {', '.join(features)}."
        )
    labels = [key for key, value in features.items() if isinstance(value, tfds.features.ClassLabel)]
    label = labels[0] if labels else None

    def chunks(split):
        if split not in builder.info.splits:
            return None
        rows = builder.info.splits[split].num_examples

        def read():
            for batch in tfds.as_numpy(builder.as_dataset(split=split).batch(CHUNK_ROWS)):
                flat = batch[images[0]].reshape(len(batch[images[0]]), -1)
                yield flat, batch[label] if label else None

        return Chunks(rows, read)

    shape = features[images[0]].shape
    return Source(
        name,
        shape[:2] if shape[-1] == 1 else shape,
        features[label].num_classes if label else None,
        chunks("train"),
        chunks("test"),
        chunks("validation"),
    )
