"""Data sets for the recipes; begin with `kerasdeep.recipes.data.images`."""

from kerasdeep.recipes.data.images import Images, load
from kerasdeep.recipes.data.split import Split

__all__ = ["Images", "Split", "load"]
