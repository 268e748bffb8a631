"""Networks whose layers are drawn from the top down."""

from kerasdeep.models.directed.sigmoid_belief_network import SigmoidBeliefNetwork

__all__ = ["SigmoidBeliefNetwork"]
