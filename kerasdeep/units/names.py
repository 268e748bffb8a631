"""Unit types by name."""

from typing import Any

from kerasdeep.backend.registration import resolve
from kerasdeep.units.base import Unit
from kerasdeep.units.discrete import Bernoulli, Spin
from kerasdeep.units.gaussian import Gaussian
from kerasdeep.units.rectified import NoisyReLU

UNITS = {unit.name: unit for unit in (Bernoulli, Gaussian, NoisyReLU, Spin)}


def get(identifier: str | dict[str, Any] | Unit) -> Unit:
    """Returns a unit from its name, its serialized config, or itself.

    Example:

    >>> get("gaussian").stddev
    array(1., dtype=float32)
    """
    return resolve(identifier, UNITS, Unit)


def copy_of(identifier: str | dict[str, Any] | Unit) -> Unit:
    """Returns a new unit from what `get` takes."""
    unit = get(identifier)
    return type(unit).from_config(unit.get_config())
