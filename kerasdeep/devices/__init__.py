"""Several devices and several machines for one model; begin with `kerasdeep.devices.strategy`."""

from kerasdeep.backend.first_worker import from_first_worker
from kerasdeep.devices.choice import strategy
from kerasdeep.devices.cluster import WAIT_SECONDS, Cluster
from kerasdeep.devices.strategies import Replicas, Workers

__all__ = ["WAIT_SECONDS", "Cluster", "Replicas", "Workers", "from_first_worker", "strategy"]
