"""Callbacks that watch a model of this package learn."""

from kerasdeep.callbacks.divergence import StopOnDivergence
from kerasdeep.callbacks.frechet_distance import FrechetDistance
from kerasdeep.callbacks.free_energy_gap import FreeEnergyGap
from kerasdeep.callbacks.pictures import Pictures
from kerasdeep.callbacks.schedule import SamplerSchedule

__all__ = ["FrechetDistance", "FreeEnergyGap", "Pictures", "SamplerSchedule", "StopOnDivergence"]
