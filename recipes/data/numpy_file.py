"""Reads images, and labels, from .npz and .npy files, without taking them whole into memory."""

import contextlib
import math
import zipfile
from pathlib import Path

import numpy as np

from kerasdeep.recipes.data.chunks import CHUNK_ROWS, Chunks, Source, image_shape_of_row


def open_numpy_file(path: Path) -> Source:
    """Finds `x` and `y`, or `x_train`, `y_train`, `x_test`, `y_test` as Keras's own files have.

    Args:
        path: a `pathlib.Path`.

    Returns, errors: as `kerasdeep.recipes.data.sources.open_source`.
    """
    if not path.is_file():
        raise ValueError(f"Expected a file at {path}. Received: a path where there is none.")
    with _readable(path):
        names = _array_names(path)
        trained = "x_train" if "x_train" in names else "x"
        if trained not in names:
            raise ValueError(f"it holds {', '.join(sorted(names)) or 'nothing'}, but no 'x'")
        train, shape = _array_chunks(path, names, trained)
        labels, test = train.labels(), None
        if "x_test" in names:
            test, test_shape = _array_chunks(path, names, "x_test")
            if test_shape != shape:
                raise ValueError(f"images of shape {shape} to train, {test_shape} to test")
            if (labels is None) != (test.labels() is None):
                raise ValueError("labels of only one of 'x_train' and 'x_test'")
    classes = None if labels is None else tuple(np.unique(labels).tolist())
    return Source(path.name, shape, classes, train, test, shuffled=False)


@contextlib.contextmanager
def _readable(path):
    """Turns whatever a damaged or foreign file leads to into one kind of error, with its name."""
    try:
        yield
    except MemoryError as error:
        raise ValueError(
            f"Expected memory for the labels of {path}, or some thousand of its rows. Received: "
            f"{error or 'not so much'}. Make room, or see whether the file is damaged."
        ) from None
    except Exception as error:  # NumPy and zipfile raise errors of many kinds
        raise ValueError(
            f"Expected {path} to hold images as 'x' (and labels as 'y'), of shape (rows, pixels) "
            f"(rows, height, width) or (rows, height, width, 1 or 3). Received: {error}."
        ) from None


def _array_names(path):
    if path.suffix == ".npy":
        return {"x"}
    with zipfile.ZipFile(path) as archive:
        return {Path(name).stem for name in archive.namelist()}


def _array_chunks(path, names, key):
    """Returns chunks of an array in a file, and the shape of one image."""
    with _open_array(path, key) as file:
        shape, dtype = _read_header(file)
        missing = file.tell() + math.prod(shape) * dtype.itemsize - _array_size(path, key)
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
            labels = _checked_labels(arrays[label_key], shape[0])

    def read():
        with _readable(path), _open_array(path, key) as file:
            _read_header(file)
            row_size = math.prod(shape[1:])
            for start in range(0, shape[0], CHUNK_ROWS):
                count = min(CHUNK_ROWS, shape[0] - start)
                content = file.read(count * row_size * dtype.itemsize)
                images = np.frombuffer(content, dtype).reshape(count, row_size)
                yield images, None if labels is None else labels[start : start + count]

    image_shape = shape[1:] if len(shape) > 2 else image_shape_of_row(shape[1])
    return Chunks(shape[0], read, lambda: labels), image_shape


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


def _checked_labels(labels, num_rows):
    """Returns one integer label a row, or raises a ValueError."""
    if labels.ndim > 1 and math.prod(labels.shape[1:]) > 1:
        raise ValueError(
            f"labels of shape {labels.shape}, not one integer a row; of one-hot labels, save "
            "y.argmax(axis=1)"
        )
    labels = labels.reshape(-1)
    if len(labels) != num_rows:
        raise ValueError(f"{num_rows} images but {len(labels)} labels")
    if labels.dtype.kind not in "biu":
        raise ValueError(f"labels of type {labels.dtype}, not integers from 0")
    if labels.min() < 0:
        raise ValueError(f"labels from {labels.min()}, not from 0")
    return labels.astype("int64")
