"""Chaos: many short calls at once on two instances, while everything around them breaks."""
