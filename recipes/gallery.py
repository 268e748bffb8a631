"""The pictures that go with a trained RBM or DBN."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerasdeep import pictures
from kerasdeep.backend.types import ArrayLike
from kerasdeep.models import (
    DBM,
    DBN,
    RBM,
    ConvolutionalRBM,
    GenerativeDBN,
    SigmoidBeliefNetwork,
)
from kerasdeep.recipes.data import Images

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CHAIN_STEPS = (1, 10, 100, 1000)


def fantasy_chain(
    model: RBM | DBN | ConvolutionalRBM,
    num_chains: int = 12,
    steps: Sequence[int] = CHAIN_STEPS,
    initial: ArrayLike | None = None,
    **kwargs: ArrayLike,
) -> np.ndarray:
    """Runs chains and looks at them on the way.

    Args:
        model: an RBM, a convolutional one or a DBN.
        num_chains: number of chains, at least 1. Default 12.
        steps: after how many Gibbs steps to look, in rising order.
        initial: visible values to start from. Default None: from the biases alone.
        **kwargs: passed on to `sample`: `clamped`, `labels`.

    Returns:
        Visible means, shape `(len(steps), num_chains, num_visible)`.
    """
    visible, seen, done = initial, [], 0
    for step in steps:
        # The picture shows means one step further on; the chain goes on from values drawn.
        visible = model.sample(num_chains, step - done, initial=visible, **kwargs)
        seen.append(np.asarray(model.sample(steps=1, initial=visible, mean=True, **kwargs)))
        done = step
    return np.stack(seen)


def generative_figures(
    model: RBM | DBN, images: Images, history: dict[str, list[float]]
) -> "dict[str, Figure]":
    """Draws filters, reconstructions, learning curves, and what the model draws, if it does.

    Args:
        model: the trained model.
        images: the data set, `kerasdeep.recipes.data.Images`.
        history: `History.history` of its training.

    Returns:
        Dict from file name to figure.
    """
    shape = images.image_shape
    rows, _ = images.test.rows(20)
    drawn = {"fantasies": _fantasies(model, shape)} if hasattr(model, "sample") else {}
    return {
        "filters": pictures.filters(pictures.lowest_kernel(model), shape),
        "reconstructions": pictures.reconstructions(rows, model.reconstruct(rows), shape),
        **drawn,
        "learning_curves": pictures.learning_curves(history),
    }


def _fantasies(model, shape):
    """Draws chains as they go on; of a network that draws from the top down, what it draws."""
    if not isinstance(model, SigmoidBeliefNetwork):
        return pictures.fantasies(fantasy_chain(model), CHAIN_STEPS, shape)
    grid = pictures.image_grid(np.asarray(model.sample(48, mean=True)), shape, columns=12)
    return pictures.grid_figure(grid, "Drawn from the top down")


def by_label(model: DBM | GenerativeDBN, num_drawings: int = 100, steps: int = 1000) -> np.ndarray:
    """Draws each class, its label units held, and takes the means of the last step.

    Args:
        model: a model of data and labels.
        num_drawings: of each class. Default 100.
        steps: Gibbs steps of each chain. Default 1000.

    Returns:
        Array of shape `(num_classes, num_drawings, num_visible)`.
    """
    labels = np.repeat(np.arange(model.num_classes), num_drawings)
    drawn = np.asarray(model.sample(labels=labels, steps=steps, mean=True))
    return drawn.reshape(model.num_classes, num_drawings, -1)
