"""Stacks of Boltzmann machines: deep belief networks and deep Boltzmann machines."""

from kerasdeep.models.deep.dbm import DBM
from kerasdeep.models.deep.dbn import DBN
from kerasdeep.models.deep.generative_dbn import GenerativeDBN

__all__ = ["DBM", "DBN", "GenerativeDBN"]
