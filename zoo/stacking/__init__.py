"""Stacks of blocks that learn from labels."""
