"""Whether there is a PostgreSQL at all."""

from tests.databases import postgres_server

__all__ = ["postgres_server"]
