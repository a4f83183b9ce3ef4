"""The whole service on a real database, without a carrier: where signing in is tried."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evovoice.domain.values import Account, Role, User
from evovoice.externals import Externals
from evovoice.factory import create_app
from evovoice.services import administration
from evovoice.services.app_context import AppContext
from evovoice.services.auth import credentials
from evovoice.settings import Settings
from evovoice.storage.unit_of_work import Database
from tests.passing_time import PassingTime

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
PASSWORD = "correct horse"
COOKIES = ("ss-id", "ss-pid", "ss-opt")
DEVICE = "__Host-evo-device"
ACME, ZETA = Account("a-1", "Acme", "US"), Account("a-2", "Zeta", "GB")
ANN = User("u-ann", "a-1", "Ann van Lee", "ann@acme.test", Role.USER, "ann_1")
MAX = User("u-max", "a-1", "Max", "max@acme.test", Role.MANAGER, "max_1")
ROOT = User("u-root", "a-1", "Root", "root@acme.test", Role.SYSTEM_ADMINISTRATOR, "root_1")
EVE = User("u-eve", "a-2", "Eve", "eve@other.test", Role.USER, "eve_1")
TOKENS = {
    "api_key_sid": "SK" + "2" * 32, "api_key_secret": "a secret of thirty-two characters",
    "twiml_app_sid": "AP" + "3" * 32,
}  # fmt: skip


class Site:
    """Ann, Max and Root of one account, Eve of another; a clock to turn."""

    def __init__(self, database_url: str, base: str = "https://voice.test", **more: Any) -> None:
        self.now, self.base = START, base
        settings = Settings(
            database_url, base, "a secret", "AC" + "1" * 32, "a token", **{**TOKENS, **more}
        )
        carrier: Any = object()  # nothing is dialled here
        waiting = PassingTime(lambda seconds: self.later(seconds=seconds))
        externals = Externals(
            clock=lambda: self.now, pause=lambda _: None, submit=lambda _: None,
            notifier=waiting, carrier=carrier,
        )  # fmt: skip
        self.app = create_app(settings, externals)
        self.context: AppContext = self.app.extensions["evovoice"].context
        self.database: Database = self.context.database

    def furnish(self) -> None:
        """Add the people; all have one password."""
        with self.database.writing() as unit:
            for account in (ACME, ZETA):
                unit.directory.add_account(account.id, account.name, account.country)
            for user in (ANN, MAX, ROOT, EVE):
                unit.directory.add_user(user, "a hash")
        self.key = administration.add_key(self.database, ANN.id, self.now).key

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)

    def client(self) -> FlaskClient:
        """A browser of its own."""
        return self.app.test_client()

    def plain(self) -> FlaskClient:
        """A program that keeps no cookies, and sends the Cookie header it is told to send."""
        return self.app.test_client(use_cookies=False)

    def ask(self, client: FlaskClient, verb: str, path: str, **options: Any) -> TestResponse:
        return client.open(path, method=verb, base_url=self.base, **options)

    def sign_in(
        self, client: FlaskClient, user: User = ANN, remember: bool | None = None
    ) -> TestResponse:
        body = {"provider": "credentials", "userName": user.email, "password": PASSWORD}
        wanted = body if remember is None else {**body, "rememberMe": remember}
        response = self.ask(client, "POST", "/auth/credentials", json=wanted)
        assert 200 == response.status_code, response.text
        return response

    def who(self, client: FlaskClient, **options: Any) -> str | None:
        """The id of the user whom the service takes the client for."""
        found = self.ask(client, "GET", "/auth/status", **options).json or {}
        assert found["isAuthenticated"] is ("id" in found)
        return found.get("id")

    def is_in(self, client: FlaskClient, **options: Any) -> bool:
        """Whether an operation for signed-in users is open to the client."""
        status = self.ask(client, "GET", "/sessions/active", **options).status_code
        assert status in {200, 401}
        return status == 200


def cookie(response: TestResponse, name: str) -> tuple[str, set[str]]:
    """The value of a cookie that the answer sets, and its attributes."""
    lines = [line.split("; ") for line in response.headers.getlist("Set-Cookie")]
    (parts,) = [parts for parts in lines if parts[0].startswith(f"{name}=")]
    return parts[0].partition("=")[2], set(parts[1:])


def basic(user: User = ANN, password: str = PASSWORD) -> dict[str, str]:
    """The header of Basic."""
    text = f"{user.email}:{password}".encode()
    return {"Authorization": "Basic " + base64.b64encode(text).decode()}


def fast_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords without the slow hash; what it costs is tested elsewhere."""

    def verify(password_hash: str | None, password: str) -> bool:
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(credentials, "verify_password", verify)
