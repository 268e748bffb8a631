"""How near drawings come to data, in the features of a network."""

import numpy as np

from kerasdeep.backend.types import ArrayLike


def frechet_distance(first: ArrayLike, second: ArrayLike) -> float:
    r"""Squared Fréchet distance of two clouds of points, each taken as a normal distribution,

    $$\| \mu_1 - \mu_2 \|^2 + \operatorname{tr}\bigl(\Sigma_1 + \Sigma_2
    - 2 (\Sigma_1^{1/2} \Sigma_2 \Sigma_1^{1/2})^{1/2}\bigr).$$

    Of features of drawings and of data it tells how far drawings are from data, in quality and in
    variety. It depends on the features, and falls with the number of points: compare distances of
    as many points in the same features, and with that of two halves of the data.

    Args:
        first, second: arrays of shape `(num_points, num_features)`, at least two points each.

    Returns:
        The distance, at least 0, in the square of the features' units.

    Raises:
        ValueError: for arrays of another shape, or values that are not finite.

    Example:

    >>> features = keras.Model(classifier.inputs, classifier.layers[-2].output)
    >>> drawn = features.predict(gan.sample(1000))
    >>> frechet_distance(drawn, features.predict(x_test[:1000]))

    Reference: Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter (2017), GANs trained by a two
    time-scale update rule converge to a local Nash equilibrium. NIPS 30.
    """
    first, second = (np.asarray(points, "float64") for points in (first, second))
    if not (first.ndim == second.ndim == 2 and first.shape[1] == second.shape[1]) or (
        min(len(first), len(second)) < 2
    ):
        raise ValueError(
            "frechet_distance expects two arrays of shape (num_points, num_features), of at least "
            f"two points. Received: shapes {first.shape} and {second.shape}."
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("frechet_distance expects finite features. Received: NaN or infinity.")
    means = np.square(first.mean(axis=0) - second.mean(axis=0)).sum()
    first, second = map(_root_of_covariance, (first, second))
    variances = np.square(first).sum() + np.square(second).sum()
    return max(0.0, float(means + variances - 2 * _common(first, second)))


def _root_of_covariance(points):
    r"""Returns $A$ with $A^\top A = \Sigma$, a row for each point."""
    return (points - points.mean(axis=0)) / np.sqrt(len(points) - 1)


def _common(first, second):
    r"""Returns $\operatorname{tr} (\Sigma_1^{1/2} \Sigma_2 \Sigma_1^{1/2})^{1/2}$ of such roots.

    It is the sum of the singular values of $A_1 A_2^\top$, small where there are few points.
    """
    if max(len(first), len(second)) <= first.shape[1]:
        return np.linalg.svd(first @ second.T, compute_uv=False).sum()
    root = _root(first.T @ first)
    # The trace of the root of a positive matrix is the sum of the roots of its eigenvalues.
    values = np.linalg.eigvalsh(root @ (second.T @ second) @ root)
    return np.sqrt(np.maximum(values, 0)).sum()


def _root(matrix):
    """Returns the symmetric root of a symmetric positive matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
