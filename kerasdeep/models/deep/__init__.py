"""Deep networks that are trained layer by layer."""

from kerasdeep.models.deep.dbm import DBM
from kerasdeep.models.deep.dbn import DBN

__all__ = ["DBM", "DBN"]
