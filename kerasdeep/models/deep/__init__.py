"""Deep networks that are trained layer by layer."""

from kerasdeep.models.deep.dbn import DBN

__all__ = ["DBN"]
