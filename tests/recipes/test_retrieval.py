"""The nearest rows, and the share of them that are alike, against looking at each."""

import numpy as np
import pytest

from kerasdeep.recipes.retrieval import mean_of_nearest, precision_of_nearest


def looked_at(queries, known, rows, labels, number):
    """By sorting; ties are broken at random, many times."""
    rng, found = np.random.default_rng(1), []
    for query, label in zip(queries, known, strict=True):
        distance = np.square(rows - query).sum(axis=1)
        for _ in range(400):
            near = np.lexsort((rng.random(len(rows)), distance))[:number]
            found.append((labels[near] == label).mean())
    return np.mean(found)


@pytest.mark.parametrize("bits", [True, False])
def test_it_is_the_expectation_over_ties(bits):
    """20 queries, ties broken 8,000 times in all: within a hundredth, six standard errors."""
    rng = np.random.default_rng(0)
    rows, queries = rng.random((60, 4)), rng.random((20, 4))
    if bits:
        rows, queries = (part > 0.5 for part in (rows, queries))
    rows, queries = rows.astype("float32"), queries.astype("float32")
    labels, known = rng.integers(0, 3, 60), rng.integers(0, 3, 20)
    for number in (1, 7, 60):
        expected = looked_at(queries, known, rows, labels, number)
        assert precision_of_nearest(queries, known, rows, labels, number) == pytest.approx(
            expected, abs=0.01 if bits else 1e-6
        )


def test_the_mean_of_the_nearest_is_that_of_the_first_by_distance():
    rows = np.random.default_rng(0).random((50, 3, 2)).astype("float32")
    distances = np.square(rows[:, None] - rows).sum(axis=(2, 3))
    nearest = np.argsort(distances, axis=1)[:, :7]
    found = mean_of_nearest(rows, 7)
    assert found.dtype == rows.dtype
    np.testing.assert_allclose(found, rows[nearest].mean(axis=1), atol=1e-6)
    np.testing.assert_array_equal(mean_of_nearest(rows, 1), rows)
