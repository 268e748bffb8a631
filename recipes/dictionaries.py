"""Dictionaries: the objective of sparse coding, and how many columns a row needs."""

import numpy as np

from kerasdeep.layers import SparseCoding
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.features import flat

ROWS_COMPARED = 1_000
MOST_STEPS = 10_000  # of coordinate descent


def dictionary_of(encoder: SparseCoding) -> np.ndarray:
    """Returns the columns of an encoder's dictionary, shape `(num_codes, num_values)`."""
    return np.array(encoder.kernel).T


def objective_of(columns: np.ndarray, encoder: SparseCoding, images: Images) -> tuple[float, float]:
    r"""Finds the mean of $\tfrac12 \| x - h W^\top \|^2 + \lambda \| h \|_1$ over some test rows.

    The best codes come from coordinate descent, and not from the encoder's own search, so that
    dictionaries are compared and not searches.

    Args:
        columns: the dictionary, shape `(num_codes, num_values)`.
        encoder: sparse coding, whose weight of the codes counts.
        images: the data set.

    Returns:
        `(objective, used)`: how many columns a row needs, in the mean, is the second.
    """
    from sklearn.decomposition import sparse_encode

    rows = flat(images.test.rows(ROWS_COMPARED)[0]).astype("float64")
    codes = sparse_encode(
        rows,
        columns.astype("float64"),
        algorithm="lasso_cd",
        alpha=encoder.cost,
        max_iter=MOST_STEPS,
        positive=encoder.positive,
    )
    squared = np.square(rows - codes @ columns).sum(axis=1) / 2
    objective = (squared + encoder.cost * np.abs(codes).sum(axis=1)).mean()
    return float(objective), float(np.count_nonzero(codes) / len(rows))
