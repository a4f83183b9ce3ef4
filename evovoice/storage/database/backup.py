"""A consistent copy of an SQLite database while it is served."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from evovoice.storage.database.engine import ONLY_OURS, database_address

_PATIENCE = 60  # seconds; whoever writes is waited for


class NoBackup(Exception):
    """No copy was made, and why."""


def back_up(url: str, file: Path) -> int:
    """Copy the SQLite database of that address into a new file; its size in bytes.

    One statement of SQLite's: what is committed meanwhile is in it wholly or not at all. The file
    has its name only once it is complete. Errors: `NoBackup`, `DatabaseUnavailable`.
    """
    address = database_address(url)
    if not address.drivername.startswith("sqlite"):
        raise NoBackup("This makes a copy of SQLite only; for PostgreSQL see docs/backup.md")
    source = Path(str(address.database))
    if not source.exists():
        raise NoBackup(f"There is no database at {source}")
    if file.exists():
        raise NoBackup(f"{file} is there already; name a new file")
    begun = file.with_name(f"{file.name}.part")
    try:
        _copy(source, begun)
        begun.replace(file)
    except (OSError, sqlite3.Error) as error:
        begun.unlink(missing_ok=True)
        raise NoBackup(f"The copy could not be made: {error}") from error
    return file.stat().st_size


def _copy(source: Path, target: Path) -> None:
    """SQLite fills an empty file that is there, so nobody else can read it from the start."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_OURS))
    with closing(sqlite3.connect(source, timeout=_PATIENCE)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
