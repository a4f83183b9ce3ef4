"""What the errors of the database mean, and what is told of them."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from evovoice.storage.database.failures import Meaning, meaning_of, server_sentence

_CODES = {
    "08006": Meaning.LOST,
    "08P01": Meaning.LOST,
    "25006": Meaning.READ_ONLY,
    "25P03": Meaning.LOST,
    "40001": Meaning.UNDONE,
    "40P01": Meaning.UNDONE,
    "53100": Meaning.BUSY,
    "53300": Meaning.BUSY,
    "55P03": Meaning.BUSY,
    "57014": Meaning.BUSY,
    "57P01": Meaning.LOST,
    "57P02": Meaning.LOST,
    "57P03": Meaning.BUSY,
    "57P05": Meaning.LOST,
    "58030": Meaning.BUSY,
    "23505": None,  # somebody else was faster: for the repositories to judge
    "42P01": None,  # our own mistake
    "22021": None,
}


@pytest.mark.parametrize("code", _CODES)
def test_meaning_of_each_code(code: str) -> None:
    """Given by the server itself, so that the driver's class of the error counts too."""
    error = psycopg.errors.lookup(code)("said")
    wrapped = DBAPIError.instance(None, None, error, psycopg.Error, dialect=None)
    assert isinstance(wrapped, DBAPIError)
    assert _CODES[code] is meaning_of(wrapped)


SENTENCES = {
    'connection to server at "db.acme.test" (10.1.2.3), port 6432 failed: FATAL:  unsupported'
    " startup parameter: options": "unsupported startup parameter: options",
    'connection to server at "db", port 1 failed: Connection refused\n\tIs the server running on'
    " that host and accepting TCP/IP connections?": "Connection refused",
    'connection failed: FATAL:  password authentication failed for user "bob"': "password"
    " authentication failed for user …",
    'FATAL:  no pg_hba.conf entry for host "10.1.2.3", user "bob", database "acme", SSL off': "no"
    " pg_hba.conf entry for host …, user …, database …, SSL off",
    "FATAL:  sorry, too many clients already": "sorry, too many clients already",
    "failed to resolve host 'db.acme.test': [Errno -2] Name or service not known": "failed to"
    " resolve host …: [Errno -2] Name or service not known",
    "permission denied for schema public\nLINE 1: CREATE TABLE": "permission denied for schema"
    " public",
}


@pytest.mark.parametrize("said", SENTENCES)
def test_sentence_of_the_server_is_told_without_hosts_and_names(said: str) -> None:
    assert SENTENCES[said] == server_sentence(psycopg.OperationalError(said))
