"""Rows nearest to a row: their mean, and how many are of its class."""

import sys
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerasdeep.layers import BinaryCode
from kerasdeep.models import Autoencoder
from kerasdeep.recipes.data import Images, Split
from kerasdeep.recipes.features import flat

NEAREST = 100
QUERIES_AT_ONCE = 200


def codes_are_bits(model: keras.Model) -> bool:
    """Returns whether a model is an autoencoder whose codes are zeros and ones."""
    return isinstance(model, Autoencoder) and any(
        isinstance(layer, BinaryCode) for layer in model.encoder._flatten_layers()
    )


def measure_bits(
    model: Autoencoder, images: Images
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Compares the precision of the training rows nearest by codes with that by pixels.

    Args:
        model: a trained autoencoder whose codes are bits.
        images: the data set, with labels.

    Returns:
        `(metrics, table)`: of test rows and, if there are any, of validation rows.
    """
    rows, codes, labels = _with_codes(model, images.train)
    number = min(NEAREST, len(rows))
    queries, asked, known = _with_codes(model, images.test)
    test = {
        "precision": precision_of_nearest(asked, known, codes, labels, number),
        "precision_of_pixels": precision_of_nearest(queries, known, rows, labels, number),
        "share_of_ones": float(np.mean(asked)),
        "num_nearest": number,
    }
    about = f"precision, {codes.shape[1]} bits"
    table = [
        (about, f"{100 * test['precision']:.2f} %", f"of the {number} nearest"),
        ("of pixels", f"{100 * test['precision_of_pixels']:.2f} %", "likewise"),
    ]
    if not images.validation:
        return {"test": test}, table
    precision = _precision(model, images.validation, codes, labels)
    table.append(("of validation rows", f"{100 * precision:.2f} %", "by bits"))
    return {"test": test, "validation": {"precision": precision}}, table


def precision_of_bits(model: Autoencoder, images: Images) -> float:
    """Returns the precision of the training rows nearest to the validation rows, by codes.

    Args:
        model: a trained autoencoder whose codes are bits.
        images: the data set, with labels and validation rows.
    """
    _, codes, labels = _with_codes(model, images.train)
    return _precision(model, images.validation, codes, labels)


def _precision(model, split, codes, labels):
    """Returns the precision of the rows nearest to those of a split, given codes and labels."""
    _, asked, known = _with_codes(model, split)
    return precision_of_nearest(asked, known, codes, labels, min(NEAREST, len(codes)))


def _with_codes(model: Autoencoder, split: Split) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns all rows of a split, flat, their codes and their labels."""
    rows, labels = split.rows(split.num_rows)
    return flat(rows), model.predict(rows, 1000, verbose=0), labels


def precision_of_nearest(
    queries: np.ndarray,
    query_labels: np.ndarray,
    rows: np.ndarray,
    labels: np.ndarray,
    number: int = 100,
) -> float:
    """Returns the share of the nearest rows that have the label of the query, on average.

    Near is what has a small squared Euclidean distance, which of zeros and ones is the Hamming
    distance. Of rows equally far, of which only some are among the nearest, it is the expectation
    over which.

    Args:
        queries: array of shape `(num_queries, num_values)`.
        query_labels: shape `(num_queries,)`.
        rows: where to look, shape `(num_rows, num_values)`.
        labels: shape `(num_rows,)`.
        number: of nearest rows, at most as many as there are. Default 100.
    """
    found = 0.0
    shown = int(sys.stdout.isatty())
    progress = keras.utils.Progbar(len(queries), verbose=shown, unit_name="query")
    for near, own in _distances(queries, rows):
        right = query_labels[own][:, None] == labels
        furthest = np.partition(near, number - 1, axis=1)[:, number - 1 : number]
        nearer, ties = near < furthest, near == furthest
        left = number - nearer.sum(axis=1)
        of_ties = (right & ties).sum(axis=1) / ties.sum(axis=1)
        found += ((right & nearer).sum(axis=1) + left * of_ties).sum()
        progress.add(len(near))
    return float(found / (number * len(queries)))


def mean_of_nearest(rows: np.ndarray, number: int) -> np.ndarray:
    """Returns, for each row, the mean of the rows nearest to it, of which it is one itself.

    Args:
        rows: array of shape `(num_rows, ...)`.
        number: of nearest rows, by the Euclidean distance, at most as many as there are.
    """
    from sklearn.neighbors import NearestNeighbors

    values = flat(rows)
    graph = NearestNeighbors(n_neighbors=number, algorithm="brute").fit(values)
    means = graph.kneighbors_graph(values).astype(values.dtype) @ values / number
    return means.astype(rows.dtype).reshape(rows.shape)


def _distances(queries: np.ndarray, rows: np.ndarray) -> Iterator[tuple[np.ndarray, slice]]:
    """Yields squared distances of some queries, in whole numbers of a millionth, and which."""
    squares = np.square(rows).sum(axis=1)
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        own = slice(start, start + QUERIES_AT_ONCE)
        some = queries[own]
        distances = squares - 2 * some @ rows.T + np.square(some).sum(axis=1)[:, None]
        yield np.rint(1e6 * distances.astype("float64")), own
