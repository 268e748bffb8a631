"""Recipes: data, training, pictures and the `kerasdeep` command."""
