"""Deep stacking networks: blocks with upper weights in closed form."""

from kerasdeep.models.stacking.block import StackingBlock
from kerasdeep.models.stacking.network import DeepStackingNetwork

__all__ = ["DeepStackingNetwork", "StackingBlock"]
