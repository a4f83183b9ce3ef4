"""The databases for the tests of this folder."""

from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]
