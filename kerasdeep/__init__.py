"""Boltzmann machines and deep belief networks as first-class Keras models."""

from kerasdeep.quiet import quiet_import

with quiet_import():
    from kerasdeep import (
        callbacks,
        layers,
        likelihood,
        models,
        penalties,
        pictures,
        samplers,
        units,
    )
    from kerasdeep.serving.export import export

__version__ = "0.1.0"

__all__ = [
    "callbacks",
    "export",
    "layers",
    "likelihood",
    "models",
    "penalties",
    "pictures",
    "samplers",
    "units",
]
