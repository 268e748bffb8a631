"""A picture that moves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


class Strip:
    """Images seen in turn: an animated PNG, which every browser shows; saved as a figure is.

    Args:
        grids: what is seen in turn, list of arrays of one shape as `kerasdeep.pictures.image_grid`
            returns them.
        title: what it shows, for those who describe it; it is not drawn.
        seconds: how long each is seen, above 0; the last one ten times as long. Default 0.1.
        scale: width and height of a pixel on the screen, at least 1. Default 2.

    Example:

    >>> grids = [image_grid(images, (28, 28), columns=10) for images in chain]
    >>> Strip(grids, "a chain from noise").savefig("dream.png")
    """

    def __init__(
        self, grids: Sequence[np.ndarray], title: str, seconds: float = 0.1, scale: int = 2
    ) -> None:
        self.grids = grids
        self.title = title
        self.seconds = seconds
        self.scale = scale

    def savefig(self, path: str | Path, **kwargs: Any) -> None:
        """Writes the PNG file; other arguments of a figure's `savefig` are not looked at."""
        pixels = (np.rint(255 * grid).astype("uint8") for grid in self.grids)
        first, *others = (
            Image.fromarray(grid.repeat(self.scale, axis=0).repeat(self.scale, axis=1))
            for grid in pixels
        )
        shown = 1000 * self.seconds
        durations = [*[shown] * len(others), 10 * shown]
        first.save(path, "PNG", save_all=True, append_images=others, duration=durations, loop=0)
