"""`python -m kerasdeep.recipes` is the `kerasdeep` command."""

from kerasdeep.recipes.cli import main

main()
