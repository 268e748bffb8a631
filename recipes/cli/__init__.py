"""The `kerasdeep` command; begin with `kerasdeep.recipes.cli.app`."""

from kerasdeep.recipes.cli.app import app, main

__all__ = ["app", "main"]
