"""Brings a database to the newest tables, from inside the program: no ini file, no shell."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as CoreConnection
from sqlalchemy import Select, column, func, literal, select, table
from sqlalchemy.exc import DBAPIError

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.engine import engine_for, make_file
from evovoice.storage.database.failures import (
    DatabaseUnavailable,
    Meaning,
    meaning_of,
    server_sentence,
)

_MIGRATIONS = Path(__file__).parent
_REVISIONS: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))
# looked for first: SQLite tells of a missing table as it tells of a file that cannot be read
_TABLE: dict[str, Select[Any]] = {
    "sqlite": select(column("name"))
    .select_from(table("sqlite_master"))
    .where(column("name") == "alembic_version"),
    "postgresql": select(literal(1)).where(func.to_regclass("alembic_version").is_not(None)),
}
_PATIENCE = 60  # seconds; who migrates before us may have much to do
_LOCK = 0x65766F766F696365  # "evovoice"; whoever else migrates this database waits for it


def upgrade(url: str) -> str | None:
    """Apply the migrations that are missing, all or none; a new SQLite file is ours alone.

    The answer is the migration that the database is at then. One that this program does not know is
    of a newer program: it is left alone, and this one serves on it. So a platform can go back to
    the version before, whose release command is this. Errors: `DatabaseUnavailable`.
    """
    make_file(url)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    engine = engine_for(url, 1, _PATIENCE, answer_seconds=None)
    try:
        with engine.begin() as connection:
            _take_turn(connection)
            if (newer := _of_newer_program(connection)) is not None:
                return newer
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return head()
    except DBAPIError as error:
        raise _refused(error) from error
    finally:
        engine.dispose()


def _of_newer_program(connection: CoreConnection) -> str | None:
    """The migration that the database is at, where this program does not know it."""
    known = {script.revision for script in _scripts().walk_revisions()}
    found = MigrationContext.configure(connection).get_current_heads()
    return next((revision for revision in found if revision not in known), None)


def _refused(error: DBAPIError) -> DatabaseUnavailable:
    reason = server_sentence(error)
    if meaning_of(error) in {Meaning.BUSY, Meaning.LOST}:
        what = "The database cannot be reached or is too busy; check DATABASE_URL. It says"
    else:
        what = "The database refused the upgrade"
    return DatabaseUnavailable(f"{what}: {reason}.", reason)


def is_migrated(connection: Connection) -> bool:
    """Whether the database has every migration that this program knows.

    One that it does not know is of a newer program: during a deploy both serve side by side.
    """
    if not connection.execute(_TABLE[connection.dialect.name]).all():
        return False
    found = {row.version_num for row in connection.execute(_REVISIONS)}
    return bool(found) and not found & _superseded()


@cache
def head() -> str | None:
    """The newest migration of this program."""
    return _scripts().get_current_head()


@cache
def _superseded() -> frozenset[str]:
    """Every migration of this program but the newest."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return frozenset(known - {head()})


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _take_turn(connection: CoreConnection) -> None:
    """One migrates at a time. Changing a table gives up soon rather than hold up live calls."""
    if connection.dialect.name != "postgresql":
        return  # the write transaction of SQLite keeps the others out already
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}s'")
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    # values may be worked out between two statements
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
