"""Study: which activation lets a deep network learn, and how well?

Sigmoid, tanh and four kinds of rectified units, in the same network of four hidden layers, each
with initial weights that suit it and the rate that did best on validation rows. All learn by SGD
with momentum, with a rate that falls to zero along half a cosine and gradients of limited length.
"""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools import chosen_rates
from kerasdeep.recipes.studies.tools.learning_curves import draw, table
from kerasdeep.zoo.studies import activation_comparison as zoo

if TYPE_CHECKING:
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

__all__ = ["NAME", "Options", "draw", "load", "measure", "table"]

NAME = "compare-activations"


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Train the same deep network with every activation; draw loss and error against updates."""


def load(options: Options) -> "Images":
    """Returns a data set with labels."""
    return options.load().labelled(NAME)


def measure(job: "Job") -> dict[str, Any]:
    """Returns what `chosen_rates.measure` does of every activation."""
    build = functools.partial(zoo.build, total_steps=job.options.num_updates)
    return chosen_rates.measure(job, zoo.RATES, build)
