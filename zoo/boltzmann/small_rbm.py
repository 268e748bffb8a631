"""Bernoulli RBM with 20 hidden units, small enough for an exact likelihood."""

from dataclasses import dataclass

from kerasdeep.zoo.boltzmann.rbm import BernoulliRBM
from kerasdeep.zoo.parameter import parameter


@dataclass(frozen=True, kw_only=True)
class SmallRBM(BernoulliRBM):
    """The RBM of the zoo, small."""

    name = "rbm-20"
    summary = "Bernoulli RBM, 20 hidden units, PCD with centring; exact likelihood"

    epochs: int = 20
    num_hidden: int = parameter(20, "Hidden units.", low=1, search=(5, 20))
