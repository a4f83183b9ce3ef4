"""The published clients, unmodified, drive the running service."""
