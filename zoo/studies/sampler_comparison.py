"""The same RBM, trained with negative particles from different places."""

from typing import TYPE_CHECKING

from kerasdeep.zoo.boltzmann.rbm import BernoulliRBM

if TYPE_CHECKING:
    from kerasdeep.models import RBM

ENTRY = BernoulliRBM(num_hidden=500)
# Name of a class in `kerasdeep.samplers`, and its arguments.
SAMPLERS = {
    "CD-1": ("ContrastiveDivergence", {"steps": 1}),
    "CD-3": ("ContrastiveDivergence", {"steps": 3}),
    "CD-25": ("ContrastiveDivergence", {"steps": 25}),
    "PCD": ("PersistentContrastiveDivergence", {"num_chains": 100}),
    "fast PCD": ("FastPersistentContrastiveDivergence", {"num_chains": 100}),
    "parallel tempering": ("ParallelTempering", {"num_temperatures": 10, "num_chains": 100}),
}


def build(name: str, total_steps: int, seed: int | None = None) -> "RBM":
    """Returns a compiled RBM.

    Args:
        name: a key of `SAMPLERS`.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
    """
    from kerasdeep import samplers

    kind, arguments = SAMPLERS[name]
    return ENTRY.build(None, total_steps, seed, getattr(samplers, kind)(**arguments))
