"""The documents that are derived from the operation table."""
