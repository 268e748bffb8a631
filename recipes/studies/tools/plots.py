"""What the figures of studies have in common."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from kerasdeep.backend.types import ArrayLike


def mean_and_range(found: "ArrayLike") -> "tuple[ArrayLike, list[ArrayLike]]":
    """Returns means over the last axis, and how far the lowest and the highest are from them."""
    import numpy as np

    found = np.asarray(found)
    mean = found.mean(axis=-1)
    return mean, [mean - found.min(axis=-1), found.max(axis=-1) - mean]


def logarithmic_errors(axes: "Axes") -> None:
    """Makes the vertical axis logarithmic, with numbers that a person reads."""
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())


def logarithmic_amounts(axes: "Axes", amounts: "Sequence[int]") -> None:
    """Makes the horizontal axis logarithmic, with a number at each of the amounts."""
    from matplotlib.ticker import NullLocator

    axes.set_xscale("log")
    axes.set_xticks(amounts, [f"{amount:,}" for amount in amounts])
    axes.xaxis.set_minor_locator(NullLocator())
