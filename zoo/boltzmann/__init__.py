"""Boltzmann machines of the zoo."""
