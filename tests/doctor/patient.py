"""A service and a Twilio that fit together, so that a test can spoil one thing and see it found."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from evovoice.carrier.setup_check.checkup import Report
from evovoice.carrier.setup_check.findings import Finding, Kind
from evovoice.carrier.setup_check.questions import SiteAnswer
from evovoice.carrier.setup_check.wanted import Wanted
from evovoice.carrier.twilio_setup import TwilioSetup
from evovoice.cli.doctor import Examination, wanted_by
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.account import VoiceSettings
from evovoice.services import administration
from evovoice.settings import Settings
from evovoice.storage.unit_of_work import Database

BASE = "https://voice.example.test"
OURS, OTHER, SECOND = "+14155550100", "+14155550111", "+14155550122"
APP = "AP" + "d" * 32
KEY, SECRET = "SK" + "b" * 32, "key-secret"
RETRY = "#rc=3&rp=all"
INCOMING, OUTGOING, STATUS = (
    f"{BASE}/twilio/voice/{way}{RETRY}" for way in ("incoming", "outgoing", "status")
)


class FlaskSite:
    """Our public address without a network: what is asked there goes to the application."""

    def __init__(self, app: Flask, base: str = BASE) -> None:
        self._app, self._base = app, base

    def health(self) -> SiteAnswer:
        return self._answer(self._app.test_client().get("/healthz", base_url=self._base))

    def report(self, form: Mapping[str, str], token: str) -> SiteAnswer:
        path = "/twilio/voice/status"
        signature = RequestValidator(token).compute_signature(self._base + path, dict(form))
        client = self._app.test_client()
        headers = {"X-Twilio-Signature": signature}
        return self._answer(
            client.post(path, base_url=self._base, data=dict(form), headers=headers)
        )

    def _answer(self, response: Any) -> SiteAnswer:
        return SiteAnswer(response.status_code, response.text)


class HealthySite:
    """Our public address as it should answer, for tests that are about something else."""

    def __init__(self, token: str) -> None:
        self._token = token

    def health(self) -> SiteAnswer:
        return SiteAnswer(200, '{"status": "ok"}')

    def report(self, form: Mapping[str, str], token: str) -> SiteAnswer:
        return SiteAnswer(204 if token == self._token else 403, "")


class Patient:
    """All is right: an upgraded account, a standard key, one number, the App, the service."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.twilio = InProcessTwilio(api_keys={KEY: SECRET})
        self.settings = Settings(**{
            "database_url": database_url, "public_base_url": BASE, "secret_key": "a patient's",
            "account_sid": self.twilio.account_sid, "auth_token": self.twilio.auth_token,
            "api_key_sid": KEY, "api_key_secret": SECRET, "twiml_app_sid": APP, **settings,
        })  # fmt: skip
        self.database = Database(database_url)
        self.account = administration.add_account(self.database, "Acme", "US")
        administration.add_number(self.database, self.account.id, OURS)
        self.number(OURS)
        self.twilio.exchange.set_application(APP, VoiceSettings(OUTGOING, status_callback=STATUS))
        self.site: Any = HealthySite(self.settings.auth_token)

    def number(self, number: str, **voice: Any) -> str:
        """Have that number at Twilio, set up as needed but for what is given; its SID."""
        needed = VoiceSettings(INCOMING, "POST", INCOMING, STATUS)
        return self.twilio.exchange.set_number(number, replace(needed, **voice)).sid

    def owner(self) -> Client:
        """The official client with the account's own token, to set things up by REST."""
        sid, token = self.twilio.account_sid, self.twilio.auth_token
        return Client(sid, token, http_client=self.twilio.http_client)

    def questions(self) -> TwilioSetup:
        """Who asks Twilio, with the settings in force."""
        given, http = self.settings, self.twilio.http_client
        owner = Client(given.account_sid, given.auth_token, http_client=http)
        user, password = given.api_key_sid, given.api_key_secret
        service = Client(user, password, given.account_sid, http_client=http) if user else owner
        return TwilioSetup(owner, service, given.account_sid)

    def wanted(self) -> Wanted:
        return wanted_by(self.settings, self.database)

    def examination(self) -> Examination:
        return Examination(self.questions(), self.site, self.wanted())

    def report(self) -> Report:
        return self.examination().report()

    def found(self, kind: Kind) -> dict[str, str]:
        """The sentences of that kind, by subject."""
        return {one.subject: one.sentence for one in self.report().findings if one.kind is kind}

    def only_wrong(self) -> Finding:
        """The one thing that is wrong."""
        (finding,) = [one for one in self.report().findings if one.kind is Kind.WRONG]
        return finding

    def close(self) -> None:
        self.database.dispose()
