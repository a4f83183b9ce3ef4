"""The databases for the tests of this folder."""

import pytest

from evovoice.storage.unit_of_work import Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.storage.builders import rich_session

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]


@pytest.fixture
def stored(database: Database) -> Database:
    """A database with one session, `s-rich` of `a-acme`."""
    with database.writing() as unit:
        unit.sessions.save(rich_session())
    return database
