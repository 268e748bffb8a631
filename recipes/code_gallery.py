"""The pictures that go with a trained autoencoder."""

from typing import TYPE_CHECKING

import numpy as np

from kerasdeep import pictures
from kerasdeep.models import Autoencoder
from kerasdeep.recipes.data import Images

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUM_POINTS = 2_000
NUM_STEPS = 10


def code_figures(
    model: Autoencoder, images: Images, history: dict[str, list[float]]
) -> "dict[str, Figure]":
    """Draws filters, reconstructions, codes, the way from one image to another, and curves.

    Args:
        model: the trained model.
        images: the data set.
        history: `History.history` of its training.

    Returns:
        Dict from file name to figure.
    """
    shape = images.image_shape
    rows, labels = images.test.rows(NUM_POINTS)
    codes = np.reshape(model.encode(rows), (len(rows), -1))
    flat = rows.reshape(len(rows), -1)
    again = np.reshape(model.reconstruct(rows[:20]), (len(rows[:20]), -1))
    kernel = np.array(pictures.lowest_kernel(model))
    filter_shape = shape if kernel.ndim == 2 else kernel.shape[:-1]
    return {
        "filters": pictures.filters(kernel.reshape(-1, kernel.shape[-1]), filter_shape),
        "reconstructions": pictures.reconstructions(flat[:20], again, shape),
        "codes": scattered(codes, _called(labels, images)),
        "interpolations": interpolations(model, rows[:16], shape),
        "learning_curves": pictures.learning_curves(history),
    }


def _called(labels, images):
    """Returns labels as the data has them, None without."""
    if not images.num_classes:
        return None
    return labels if images.labels is None else np.array(images.labels)[labels]


def scattered(codes: np.ndarray, labels: np.ndarray | None) -> "Figure":
    """Draws codes as points, by the two principal components of more than two.

    Args:
        codes: array of shape `(num_rows, num_codes)`.
        labels: classes that colour them, or None.
    """
    from sklearn.decomposition import PCA

    title = "Codes of test rows"
    if codes.shape[1] == 1:
        codes = np.concatenate([codes, np.zeros_like(codes)], axis=1)
    if codes.shape[1] > 2:
        codes, title = PCA(2).fit_transform(codes), f"{title}, two principal components"
    figure = pictures.new_figure(6, 6)
    axes = figure.subplots()
    points = axes.scatter(*codes.T, c=labels, s=5, cmap="tab10" if labels is not None else None)
    if labels is not None:
        axes.legend(*points.legend_elements(num=None), loc="best", fontsize=8)
    axes.set(title=title)
    return figure


def interpolations(model: Autoencoder, rows: np.ndarray, shape: tuple[int, ...]) -> "Figure":
    """Draws what lies between codes of rows, two and two: a way from one to the other each."""
    ends = np.asarray(model.encode(rows))
    share = np.linspace(0, 1, NUM_STEPS).reshape(-1, *[1] * (ends.ndim - 1))
    between = [
        one + share * (other - one) for one, other in zip(ends[::2], ends[1::2], strict=False)
    ]
    decoded = np.asarray(model.decode(np.concatenate(between)))
    grid = pictures.image_grid(decoded.reshape(len(decoded), -1), shape, NUM_STEPS)
    return pictures.grid_figure(grid, "Between the codes of two test images, a row each")
