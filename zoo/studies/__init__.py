"""What the studies of `kerasdeep.recipes.studies` compare."""
