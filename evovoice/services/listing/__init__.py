"""Lists over everything that is stored, and deletion."""
