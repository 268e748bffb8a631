"""Study: how fast and how well do optimizers train the same network?

Plain SGD, with momentum and with Nesterov's, AdaGrad, RMSProp and Adam, each with the rate that did
best on validation rows. With one seed all start from the same weights and see the same batches. The
rate stays constant, as in textbooks, so that a curve shows the optimizer and no schedule; one that
falls to zero would end lower.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools import chosen_rates
from kerasdeep.recipes.studies.tools.learning_curves import draw, table
from kerasdeep.zoo.studies import optimizer_comparison as zoo

if TYPE_CHECKING:
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

__all__ = ["NAME", "Options", "draw", "load", "measure", "table"]

NAME = "compare-optimizers"


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Train the same network with every optimizer; draw loss and error against updates."""


def load(options: Options) -> "Images":
    """Returns a data set with labels."""
    return options.load().labelled(NAME)


def measure(job: "Job") -> dict[str, Any]:
    """Returns what `chosen_rates.measure` does of every optimizer."""
    return chosen_rates.measure(job, zoo.RATES, zoo.build)
