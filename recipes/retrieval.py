"""Rows nearest to a row: their mean, and how many are of its class."""

from collections.abc import Iterator

import numpy as np

from kerasdeep.recipes.features import flat

QUERIES_AT_ONCE = 200


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
    for near, own in _distances(queries, rows):
        right = query_labels[own][:, None] == labels
        furthest = np.partition(near, number - 1, axis=1)[:, number - 1 : number]
        nearer, ties = near < furthest, near == furthest
        left = number - nearer.sum(axis=1)
        of_ties = (right & ties).sum(axis=1) / ties.sum(axis=1)
        found += ((right & nearer).sum(axis=1) + left * of_ties).sum()
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
