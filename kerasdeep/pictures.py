"""Pictures of what an energy model has learned, as matplotlib figures.

Every function returns a `matplotlib.figure.Figure`; save it with `figure.savefig("name.png")`.
Images are rows of pixels, and `image_shape` is `(height, width)` or `(height, width, channels)`.
matplotlib is imported when the first picture is drawn.
"""

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerasdeep.backend.types import ArrayLike

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

WIDTH_OF_A_LETTER = 0.095  # inches, of a figure's title


def new_figure(width: float, height: float) -> "Figure":
    """Returns an empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def image_grid(
    images: ArrayLike,
    image_shape: Sequence[int],
    columns: int | None = None,
    limits: tuple[float, float] = (0.0, 1.0),
    padding: int = 1,
) -> np.ndarray:
    """Arranges images in one array, row by row.

    Args:
        images: array of shape `(num_images, num_pixels)`.
        image_shape: shape of one image.
        columns: images in a row. Default None: a square.
        limits: values shown as black and as white. Default `(0, 1)`.
        padding: pixels between images. Default 1.

    Returns:
        Array of shape `(height, width, 3)` with values in [0, 1].
    """
    images = np.asarray(images, dtype="float32")
    columns = columns or math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    height, width = image_shape[:2]
    tiles = np.full((rows, height + padding, columns, width + padding, 3), 0.5, dtype="float32")
    low, high = limits
    scaled = np.clip((images - low) / max(high - low, 1e-12), 0.0, 1.0)
    scaled = scaled.reshape(len(images), height, width, -1)
    for index, image in enumerate(scaled):
        tiles[index // columns, :height, index % columns, :width] = image
    grid = tiles.reshape(rows * (height + padding), columns * (width + padding), 3)
    return grid[: -padding or None, : -padding or None]


def _show_grid(figure, axes, grid, title):
    axes.imshow(grid, interpolation="nearest")
    axes.set_title(title)
    axes.set_axis_off()
    return figure


def grid_figure(grid: np.ndarray, title: str) -> "Figure":
    """Draws an array that `image_grid` returned, under a title."""
    height, width = grid.shape[:2]
    figure = new_figure(7, 7 * height / width + 0.5)
    return _show_grid(figure, figure.subplots(), grid, title)


def filters(
    kernel: ArrayLike, image_shape: Sequence[int], title: str = "Filters", max_filters: int = 100
) -> "Figure":
    """Draws the weights of hidden units as images; black is negative, white positive.

    Args:
        kernel: array of shape `(num_visible, num_hidden)`.
        image_shape: shape of one image.
        title: default "Filters".
        max_filters: at most so many, those with the largest weights. Default 100.
    """
    weights = np.asarray(kernel).T
    strongest = np.argsort(-np.linalg.norm(weights, axis=1), kind="stable")[:max_filters]
    weights = weights[np.sort(strongest)]
    limit = np.abs(weights).max(axis=1, keepdims=True) + 1e-12
    return grid_figure(image_grid(weights / limit, image_shape, limits=(-1, 1)), title)


def filters_before_after(
    before: ArrayLike, after: ArrayLike, image_shape: Sequence[int], num_filters: int = 48
) -> "Figure":
    """Draws the same units' filters before and after fine-tuning, and how far each moved.

    Args:
        before, after: kernels of shape `(num_visible, num_hidden)`.
        image_shape: shape of one image.
        num_filters: how many units to show, those that moved most. Default 48.
    """
    before, after = np.asarray(before).T, np.asarray(after).T
    moved = np.linalg.norm(after - before, axis=1) / (np.linalg.norm(before, axis=1) + 1e-12)
    most = np.argsort(-moved, kind="stable")[:num_filters]
    figure = new_figure(14, 5)
    left, middle, right = figure.subplots(1, 3)
    limit = np.maximum(np.abs(before), np.abs(after))[most].max(axis=1, keepdims=True) + 1e-12
    for axes, weights, title in ((left, before, "pretrained"), (middle, after, "fine-tuned")):
        grid = image_grid(weights[most] / limit, image_shape, limits=(-1, 1))
        _show_grid(figure, axes, grid, f"Filters, {title} (the {len(most)} that moved most)")
    right.hist(moved, bins=40)
    right.set(xlabel="relative change of a filter, ||after - before|| / ||before||", ylabel="units")
    return figure


def reconstructions(
    images: ArrayLike,
    reconstructed: ArrayLike,
    image_shape: Sequence[int],
    columns: int = 10,
    limits: tuple[float, float] = (0.0, 1.0),
) -> "Figure":
    """Draws images, each above its reconstruction.

    Args:
        images, reconstructed: arrays of shape `(num_images, num_pixels)`.
        image_shape: shape of one image.
        columns: pairs in a row. Default 10.
        limits: values shown as black and as white. Default `(0, 1)`.
    """
    images, reconstructed = np.asarray(images), np.asarray(reconstructed)
    rows = []
    for start in range(0, len(images), columns):
        rows += [images[start : start + columns], reconstructed[start : start + columns]]
    grid = image_grid(np.concatenate(rows), image_shape, min(columns, len(images)), limits)
    return grid_figure(grid, "Images, and below each its reconstruction")


def fantasies(
    chains: ArrayLike,
    steps: Sequence[int],
    image_shape: Sequence[int],
    limits: tuple[float, float] = (0.0, 1.0),
) -> "Figure":
    """Draws chains of samples: one chain a column, time running down.

    Args:
        chains: array of shape `(num_times, num_chains, num_pixels)`.
        steps: list with the number of Gibbs steps at each time.
        image_shape: shape of one image.
        limits: values shown as black and as white. Default `(0, 1)`.
    """
    chains = np.asarray(chains)
    figure = new_figure(0.6 * chains.shape[1] + 1.5, 0.6 * len(chains) + 0.6)
    images = chains.reshape(-1, chains.shape[-1])
    grid = image_grid(images, image_shape, chains.shape[1], limits)
    axes = figure.subplots()
    _show_grid(figure, axes, grid, "Fantasies along each chain")
    height = image_shape[0] + 1
    for row, step in enumerate(steps):
        axes.text(
            -2,
            row * height + height / 2,
            f"{step} step{'s' if step > 1 else ''}",
            ha="right",
            va="center",
        )
    return figure


def named_images(
    images: ArrayLike, image_shape: Sequence[int], names: Sequence[str], title: str
) -> "Figure":
    """Draws images, each with a name above it.

    Args:
        images: array of shape `(num_images, num_pixels)`, values in [0, 1].
        image_shape: shape of one image.
        names: one an image.
        title: of the figure.
    """
    columns = max(1, min(12, len(images)))
    rows = max(1, math.ceil(len(images) / columns))
    figure = new_figure(max(0.9 * columns, WIDTH_OF_A_LETTER * len(title)), 1.05 * rows + 0.5)
    figure.suptitle(title)
    for axes, image, name in zip(
        figure.subplots(rows, columns, squeeze=False).flat, images, names, strict=False
    ):
        _show_grid(figure, axes, image_grid([image], image_shape), name)
        axes.title.set_fontsize(8)
    for axes in figure.axes[len(images) :]:
        axes.set_axis_off()
    return figure


def learning_curves(history: dict[str, list[float]]) -> "Figure":
    """Draws every number of a History against the epoch, validation beside training.

    What is zero throughout is left out; and a loss that is, up to its sign, another of the numbers,
    or of layers that learned in turn.

    Args:
        history: dict from name to list of numbers, as `History.history`.
    """
    names = _telling(history)
    columns = min(4, len(names))
    rows = math.ceil(len(names) / columns)
    figure = new_figure(3.6 * columns, 2.8 * rows)
    for axes, name in zip(figure.subplots(rows, columns, squeeze=False).flat, names, strict=False):
        for key, label in ((name, "training"), (f"val_{name}", "validation")):
            if key in history:
                marker = "." if len(history[key]) == 1 else None
                axes.plot(range(1, len(history[key]) + 1), history[key], label=label, marker=marker)
        axes.set(title=name.replace("_", " "), xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    for axes in figure.axes[len(names) :]:
        axes.set_axis_off()
    return figure


def _telling(history):
    """Returns the names of numbers that say something which no other says."""
    names = dict.fromkeys(name.removeprefix("val_") for name in history)
    sizes = {}
    for name in sorted(names, key=lambda name: name.endswith("loss")):
        values = [history.get(key, ()) for key in (name, f"val_{name}")]
        size = [tuple(np.abs(np.round(part, 6))) for part in values]
        if np.any(np.concatenate(values)) and size not in sizes.values():
            sizes[name] = size
    others = [name for name in sizes if name != "loss"]
    in_turn = any(re.search(r"_\d+_", name) for name in others)
    known = any(name.endswith(("log_likelihood", "cross_entropy")) for name in others)
    telling = others if others and (in_turn or known) else sizes
    return [name for name in names if name in telling] or list(names)


def lowest_kernel(model: "keras.Model") -> ArrayLike:
    """Returns the weights of the hidden units that see the data, shape `(num_visible, H)`."""
    bottom = model.bottom()
    if hasattr(bottom, "encoder"):
        layers = getattr(bottom.encoder, "layers", [bottom.encoder])
        return next(layer.kernel for layer in layers if hasattr(layer, "kernel"))
    weights = bottom.kernels if hasattr(bottom, "kernels") else bottom.connection.weights
    kernel = weights[0]
    # Where labels stand beside the data, they are the last visible units.
    return kernel[: model.row_shape[0]] if len(kernel.shape) == 2 else kernel
