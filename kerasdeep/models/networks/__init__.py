"""Feed-forward networks whose training differs from that of any Keras model."""

from kerasdeep.models.networks.bagging import Bagging
from kerasdeep.models.networks.virtual_adversarial import VirtualAdversarial

__all__ = ["Bagging", "VirtualAdversarial"]
