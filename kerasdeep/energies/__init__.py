"""Energies of two sides of units and a connection; begin with `kerasdeep.energies.harmonium`."""
