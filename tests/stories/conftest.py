"""An empty database for each story, of each kind."""

from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]
