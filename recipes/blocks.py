"""Small pictures in a terminal: two pixels a character, below a bar of progress."""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
from rich.color import Color
from rich.console import Console, RenderableType
from rich.progress import Progress
from rich.segment import Segment, Segments
from rich.style import Style

UPPER_HALF = "\N{UPPER HALF BLOCK}"
WIDEST = 16  # pixels of an image that is shown as it is


class PictureProgress(Progress):
    """A bar of progress, and a picture below it where there is one."""

    picture = None

    def get_renderables(self) -> Iterator[RenderableType]:
        yield from super().get_renderables()
        if self.picture is not None:
            yield self.picture


def can_show(console: Console) -> bool:
    """Whether a `rich.console.Console` is a terminal with colours and half blocks."""
    utf8 = console.encoding.lower().startswith("utf")
    return console.is_terminal and console.color_system is not None and utf8


def picture_of_chains(
    model: keras.Model, image_shape: Sequence[int], width: int
) -> Segments | None:
    """Draws what the persistent chains of a model in training dream at the moment.

    Args:
        model: any model.
        image_shape: `(height, width)` or `(height, width, channels)` of its rows.
        width: characters in a line.

    Returns:
        A renderable of rich, or None for a model without such chains.
    """
    chains = getattr(getattr(model, "sampler", None), "chains", None)
    if chains is None or len(model.row_shape) != 1:
        return None
    # Of chains at several temperatures the last are those of the model itself.
    visible = model.sampled_machine().visible_mean(chains[-(width // 8) :])
    images = np.asarray(visible)[:, : model.row_shape[0]].reshape(-1, *image_shape)
    images = images.reshape(*images.shape[:3], -1).mean(axis=-1)
    return half_blocks(beside_each_other(images, width))


def beside_each_other(images: np.ndarray, width: int) -> np.ndarray:
    """Returns as many images as fit into a width, halved where they are large, as one array.

    Args:
        images: array of shape `(num_images, height, width)`.
        width: number of columns.
    """
    if images.shape[2] > WIDEST:
        height, columns = (size // 2 for size in images.shape[1:])
        quads = images[:, : 2 * height, : 2 * columns].reshape(-1, height, 2, columns, 2)
        images = quads.mean(axis=(2, 4))
    number = max(1, (width + 1) // (images.shape[2] + 1))
    apart = np.pad(images[:number], ((0, 0), (0, 0), (0, 1)))
    return np.concatenate(list(apart), axis=1)[:, :-1]


def half_blocks(grid: np.ndarray) -> Segments:
    """Returns grey values in [0, 1] as a renderable of rich, two rows of pixels a line."""
    grid = np.pad(grid, ((0, len(grid) % 2), (0, 0)))
    grey = np.rint(255 * np.clip(grid, 0, 1)).astype(int)
    colors = [[Color.from_rgb(value, value, value) for value in row] for row in grey.tolist()]
    segments = []
    for rows in zip(colors[::2], colors[1::2], strict=True):
        pairs = zip(*rows, strict=True)
        segments += [Segment(UPPER_HALF, Style(color=top, bgcolor=low)) for top, low in pairs]
        segments.append(Segment.line())
    return Segments(segments[:-1])
