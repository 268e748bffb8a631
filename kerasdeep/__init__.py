"""Boltzmann machines and deep belief networks as first-class Keras models."""

import importlib
import sys
from pathlib import Path

from kerasdeep.quiet import quiet_import

__version__ = "0.1.0"

__all__ = [
    "callbacks",
    "devices",
    "export",
    "layers",
    "likelihood",
    "models",
    "penalties",
    "pictures",
    "samplers",
    "units",
]


def import_library() -> None:
    """Imports every room, which also registers its classes, so that Keras can load them."""
    with quiet_import():
        for room in __all__:
            if room != "export":
                importlib.import_module(f"{__name__}.{room}")
        globals()["export"] = importlib.import_module(f"{__name__}.serving").export


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with quiet_import():
        if name == "export":
            return importlib.import_module(f"{__name__}.serving").export
        return importlib.import_module(f"{__name__}.{name}")


# The help of the command need not wait four seconds for TensorFlow; every other program may load
# a model as soon as it has imported this package.
if Path(*sys.argv[:1]).stem != "kerasdeep":
    import_library()
