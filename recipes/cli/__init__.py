"""The `kerasdeep` command; begin with `kerasdeep.recipes.cli.app`."""

from kerasdeep.recipes.cli.main import main

__all__ = ["main"]
