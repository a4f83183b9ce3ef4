"""Doubles for what the web calls: they note what they were asked and answer what they are told."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evovoice.carrier.device_route import DeviceRoute
from evovoice.carrier.port import SessionRef
from evovoice.carrier.signature import SignatureCheck
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import Farewell, Instruction, SessionEvent
from evovoice.domain.values import User
from evovoice.services.errors import NotSignedIn
from evovoice.services.intake.patience import Patience
from evovoice.web.api import api_blueprint, health_blueprint, open_api_blueprint
from evovoice.web.authenticator import Authenticator
from evovoice.web.console.pages import console_blueprint
from evovoice.web.every_request import install
from evovoice.web.icon import icon_blueprint
from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.pages import documents_blueprint
from evovoice.web.servicestack.operation import Operation
from evovoice.web.webhooks import webhooks_blueprint
from tests.domain.builders import ANN, ConferenceReports, in_conference

NOW = datetime(2026, 3, 1, 14, 5, 9, 120000, tzinfo=UTC)
BASE = "https://voice.example.com"
KEY, PASSWORD = "ak-0123456789abcdef", "correct horse"
TOKEN, OLD_TOKEN = "token-of-today", "token-of-yesterday"
ACCOUNT_SID = "AC" + "0" * 32
SIGNED_IN = {"Authorization": f"Bearer {KEY}"}
MEMBERS = "/sessions/s-1/conference/members"
R = TypeVar("R")
Rows = tuple[Operation[Any], ...]
_TWIML = TwimlWriter(BASE)  # reads its templates once for all tests


@dataclass
class FakeDatabase:
    ready: bool = True

    def is_ready(self) -> bool:
        return self.ready

    def once_more(self, work: Callable[[], R]) -> R:
        return work()


@dataclass
class FakeAppContext:
    database: FakeDatabase = field(default_factory=FakeDatabase)
    may_record: bool = False
    pause: Callable[[float], None] = field(default=lambda _: None)


@dataclass
class FakeSignIn:
    """Knows one user by one key and one password."""

    user: User = ANN

    def user_of_key(self, key: str) -> User:
        if key != KEY:
            raise NotSignedIn
        return self.user

    def user_of_password(self, name: str, password: str, address: str) -> User:
        if (name, password) != (self.user.email, PASSWORD):
            raise NotSignedIn
        return self.user


class Asked:
    """Notes each call; raises `error` if there is one."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.error: Exception | None = None

    def note(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, arguments))
        if self.error is not None:
            raise self.error


class FakeCalls(Asked):
    """Call control with one session of three parties."""

    def __init__(self) -> None:
        super().__init__()
        self.session = in_conference(ConferenceReports())
        self.lines: list[tuple[int, SessionEvent]] = []

    def add_member(self, _context: Any, user: User, request: Any) -> Any:
        self.note("add_member", user, request)
        return self.session

    def get_session(self, _context: Any, user: User, session_id: str) -> Any:
        self.note("get_session", user, session_id)
        return self.session

    def active_sessions(self, _context: Any, user: User) -> Any:
        self.note("active_sessions", user)
        return [self.session]

    def end_session(self, _context: Any, user: User, session_id: str, call_sid: str | None) -> None:
        self.note("end_session", user, session_id, call_sid)

    def session_events(
        self, _context: Any, user: User, session_id: str, after: int, count: int
    ) -> Any:
        self.note("session_events", user, session_id, after, count)
        return self.lines, False


class FakeIntake(Asked):
    """Carrier intake that answers every question with the same instruction."""

    def __init__(self) -> None:
        super().__init__()
        self.instruction: Instruction = Farewell("Goodbye.")
        self.ref: SessionRef | None = SessionRef("a-1", "s-1")

    def instruct_incoming(self, _context: Any, *asked: Any) -> Any:
        self.note("answer_incoming", *asked)
        return self.instruction, self.ref

    def instruct_outgoing(self, _context: Any, *asked: Any) -> Any:
        self.note("answer_outgoing", *asked)
        return self.instruction, self.ref

    def instruct_placed(self, _context: Any, *asked: Any) -> Instruction:
        self.note("answer_placed", *asked)
        return self.instruction

    def instruct_after_dial(self, _context: Any, *asked: Any) -> Instruction:
        self.note("answer_dial_action", *asked)
        return self.instruction

    def digits_for(self, _context: Any, *asked: Any) -> str | None:
        self.note("digits_for", *asked)
        return "12w#"

    def receive(self, _context: Any, *told: Any) -> None:
        self.note("receive", *told)

    def receive_speech(self, _context: Any, *told: Any) -> None:
        self.note("receive_speech", *told)

    def receive_call_report(self, _context: Any, *told: Any) -> None:
        self.note("receive_call_report", *told)


@dataclass
class WebApp:
    """The web floor with its doubles, and ways to knock at it."""

    app: Flask
    context: FakeAppContext
    sign_in: FakeSignIn
    calls: FakeCalls
    intake: FakeIntake

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def as_role(self, user: User) -> None:
        self.sign_in.user = replace(user)

    def api(self, verb: str, path: str, **options: Any) -> TestResponse:
        """A request of Ann's, with her key."""
        headers = {**SIGNED_IN, **options.pop("headers", {})}
        return self.client.open(path, method=verb, headers=headers, **options)

    def carrier(self, path: str, form: dict[str, str], token: str = TOKEN) -> TestResponse:
        """A webhook as the carrier signs it."""
        signed = {"AccountSid": ACCOUNT_SID, **form}
        header = {"X-Twilio-Signature": signature_of(token, BASE + path, signed.items())}
        return self.client.post(path, data=signed, headers=header)

    @property
    def changes(self) -> list[tuple[str, tuple[Any, ...]]]:
        """All that reached a service."""
        return self.calls.calls + self.intake.calls


def web_app(table: Rows = TABLE) -> WebApp:
    """A fresh web floor, with those operations."""
    built = _built(table)
    for double in (built.context, built.sign_in, built.calls, built.intake):
        double.__init__()  # type: ignore[misc]
    return built


@cache
def _built(table: Rows) -> WebApp:
    """Compiling the routes takes longer than most tests; the doubles alone have a memory."""
    context, sign_in, calls, intake = FakeAppContext(), FakeSignIn(), FakeCalls(), FakeIntake()
    app = Flask("evovoice", static_folder=None)
    signature = SignatureCheck((TOKEN, OLD_TOKEN), BASE, ACCOUNT_SID)
    any_context: Any = context
    any_sign_in: Any = sign_in
    authenticator = Authenticator(any_sign_in, BASE)
    patience = Patience(lambda: NOW, context.pause, places=1)
    install(
        app,
        health_blueprint(any_context, lambda: True, "0.0.0"),
        api_blueprint(any_context, authenticator, calls, table),
        open_api_blueprint(any_context, authenticator, calls, table),
        documents_blueprint(table, BASE),
        icon_blueprint(),
        console_blueprint(DeviceRoute()),
        webhooks_blueprint(any_context, signature, _TWIML, lambda: NOW, patience, intake),
    )
    return WebApp(app, context, sign_in, calls, intake)


def signature_of(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """What the carrier writes into X-Twilio-Signature."""
    text = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def wire(form: dict[str, str]) -> bytes:
    """That form as a body."""
    return urlencode(form).encode()


def refused(response: TestResponse, status: int, code: str) -> str:
    """Check the contract's shape of an error (C24) and give its message."""
    assert (status, code) == (response.status_code, _error(response)["errorCode"])
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert list(response.json or {}) == ["responseStatus"]
    assert _error(response)["meta"]["requestId"] == response.headers["X-Request-Id"]
    return str(_error(response)["message"])


def _error(response: TestResponse) -> dict[str, Any]:
    return dict((response.json or {})["responseStatus"])
