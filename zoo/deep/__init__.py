"""Deep networks of the zoo."""
