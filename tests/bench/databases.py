"""The two databases to measure on: files, or a PostgreSQL of our own with its fsync on."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

from evovoice.storage.database.engine import database_address


class Databases(Protocol):
    """Gives out new, empty databases."""

    def create(self, name: str) -> str:
        """The address of a new one."""

    def stop(self) -> None:
        """End what was started."""


class SqliteFiles:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> str:
        """The address of a file that is made on first use."""
        return f"sqlite:///{self._folder / name}.db"

    def stop(self) -> None:
        """Files need no ending."""


def postgres() -> Databases:
    """The tests' own server, but with durable commits as in production."""
    from tests.databases import PostgresServer  # noqa: PLC0415 (it needs pytest and a server)

    server = PostgresServer()
    address = database_address(server.url())
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = on"))
        connection.execute(text("ALTER SYSTEM SET full_page_writes = on"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return server
