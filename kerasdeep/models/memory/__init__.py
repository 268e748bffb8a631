"""Associative memories."""

from kerasdeep.models.memory.hopfield import HopfieldNetwork

__all__ = ["HopfieldNetwork"]
