"""Samplers of negative particles, chosen in `compile`; begin with `kerasdeep.samplers.base`."""

from typing import Any

from kerasdeep.backend.registration import resolve
from kerasdeep.samplers.base import Particles, Sampler
from kerasdeep.samplers.contrastive import ContrastiveDivergence
from kerasdeep.samplers.persistent import (
    FastPersistentContrastiveDivergence,
    PersistentContrastiveDivergence,
)
from kerasdeep.samplers.tempered import ParallelTempering

__all__ = [
    "ContrastiveDivergence",
    "FastPersistentContrastiveDivergence",
    "ParallelTempering",
    "Particles",
    "PersistentContrastiveDivergence",
    "Sampler",
    "get",
]

SAMPLERS = {
    "cd": ContrastiveDivergence,
    "pcd": PersistentContrastiveDivergence,
    "fast_pcd": FastPersistentContrastiveDivergence,
    "parallel_tempering": ParallelTempering,
}


def get(identifier: str | dict[str, Any] | Sampler) -> Sampler:
    """Returns a sampler from its name (`"cd"`, `"pcd"`, `"fast_pcd"`, `"parallel_tempering"`), its
    serialized config, or itself.

    Example:

    >>> get("pcd").num_chains
    100
    """
    return resolve(identifier, SAMPLERS, Sampler)
