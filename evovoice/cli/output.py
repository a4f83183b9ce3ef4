"""What every command shares: the database it works on, and how it answers."""

import getpass
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from evovoice.environment import environment
from evovoice.services import audit
from evovoice.settings import database_url
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable

# control characters but for line breaks and tabs, and what turns the direction of writing
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Command = TypeVar("Command", bound=Callable[..., object])


def with_json(command: Command) -> Command:
    """Give a command the option --json."""
    text = "Print exactly one JSON object and nothing else."
    return click.option("--json", "as_json", is_flag=True, help=text)(command)


def print_result(document: dict[str, object], sentence: str, as_json: bool) -> None:
    """Print what came of a command: the sentence for people, the document for scripts."""
    click.echo(json.dumps(document) if as_json else printable(sentence))


def printable(text: str) -> str:
    """The text with nothing in it that a terminal obeys: parts of it may be of strangers, such as a
    caller's name or a cell of a list.
    """
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def moment_text(moment: datetime) -> str:
    """A moment as commands print it: in UTC, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def opened_database() -> Iterator[Database]:
    """The database, with all tables in place. Errors: `DatabaseUnavailable`."""
    database = Database(database_address())
    audit.begin(audit.Source(f"{audit.COMMAND_LINE} ({_system_user()})"))
    try:
        flaw = database.flaw()
        if flaw is not None:
            raise DatabaseUnavailable(f"The database of DATABASE_URL is not ready: {flaw}.")
        yield database
    finally:
        database.dispose()
        audit.end()


def _system_user() -> str:
    """Who runs the command; in a container that need be nobody with a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def database_address() -> str:
    """Where the database is; the folder of the default one is made on first use."""
    environ = environment()
    url = database_url(environ)
    if not environ.get("DATABASE_URL"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return url
