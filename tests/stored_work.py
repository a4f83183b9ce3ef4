"""What a background finds in the database, and who hears of it: for tests with real processes."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from evovoice.domain.orders import HangUpLeg
from evovoice.services import administration
from evovoice.storage.unit_of_work import Database
from tests.gunicorn_server import Server
from tests.storage.builders import ringing_session


def store(url: str, session_id: str, call_sid: str, *, is_ordered: bool, age: float = 0.0) -> None:
    """A session with an order that nobody holds, or one that is to be asked about."""
    database = Database(url)
    session = ringing_session(session_id, call_sid)
    session.modified_at = datetime.now(UTC) - timedelta(seconds=age)
    if is_ordered:
        session.orders.append(HangUpLeg(f"l-1-{session_id}", call_sid))
    else:
        session.next_check = session.modified_at - timedelta(seconds=1)
    with database.writing() as work:
        work.sessions.save(session)
    database.dispose()


def new_key(url: str) -> str:
    """An API key of somebody who may do everything."""
    database = Database(url)
    account = administration.add_account(database, "Acme", "US")
    administration.add_number(database, account.id, "+12025550123")
    user = administration.add_user(
        database, account.id, "Max", "max@acme.test", "correct horse", "SystemAdministrator"
    )
    key = administration.add_key(database, user.id, datetime.now(UTC)).key
    database.dispose()
    return key


@contextmanager
def listening(server: Server, key: str) -> Iterator[http.client.HTTPResponse]:
    """A console that hears of everything."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/events", headers={"Authorization": f"Bearer {key}"})
    with connection.getresponse() as stream:
        yield stream
    connection.close()


def hears_of(stream: http.client.HTTPResponse, session_id: str) -> bool:
    while line := stream.readline():
        if line.startswith(b"data:") and session_id in json.loads(line[5:]).get("sessionId", ""):
            return True
    return False
