"""Unit types by name."""

from kerasdeep.registration import resolve
from kerasdeep.units.base import Unit
from kerasdeep.units.discrete import Bernoulli, Spin
from kerasdeep.units.gaussian import Gaussian
from kerasdeep.units.rectified import NoisyReLU

UNITS = {unit.name: unit for unit in (Bernoulli, Gaussian, NoisyReLU, Spin)}


def get(identifier):
    """Returns a unit from its name, its serialized config, or itself.

    Example:

    >>> get("gaussian").get_config()
    {'stddev': 1.0}
    """
    return resolve(identifier, UNITS, Unit)
