"""What the zoo says of a model."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A named model with its source, its published number and ours.

    Attributes:
        name: what `kerasdeep train` takes.
        summary: one line for `kerasdeep list`.
        citation: where the model and the number come from.
        metric: what the numbers measure, with its unit and data convention.
        published: the published number, and whether it could be checked against its source.
        ours: what a command of this repository measured, on which budget.
        build: function `build(rows, total_steps, seed)` that returns a compiled model; `rows` is a
            sample of the training data, `total_steps` how many updates its training will make.
        epochs: default number of epochs.
        batch_size: default batch size.
    """

    name: str
    summary: str
    citation: str
    metric: str
    published: str
    ours: str
    build: Callable
    epochs: int
    batch_size: int
