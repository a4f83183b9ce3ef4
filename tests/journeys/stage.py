"""The whole service, the in-process emulator and one clock for both: where journeys are played."""

import json
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import text
from twilio.http import HttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, ReadTimeoutError

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.twilio_carrier import TwilioCarrier
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.values import Role, User
from evovoice.emulator.choices import Choices
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.messages import Delivery, WebhookResponse
from evovoice.externals import Externals
from evovoice.factory import create_app
from evovoice.services import administration
from evovoice.services.calls import stop_ringing_disabled
from evovoice.services.intake import make_up_for_outage, use_early_reports
from evovoice.services.reconcile import reconcile
from evovoice.settings import Limits, Settings
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable
from tests.passing_time import PassingTime

BASE = "https://voice.example.test"
OURS, CUSTOMER, THIRD, FOURTH = "+14155550100", "+12025550123", "+13125550142", "+442079460123"
TOKEN = "a-token-of-the-stage"


class Stage:
    """One account with the agents Ann and Bob and a number that rings them (Ann first)."""

    def __init__(
        self, database_url: str, choices: Choices | None = None, limits: Limits | None = None,
        **settings: Any,
    ) -> None:  # fmt: skip
        self.twilio = InProcessTwilio(auth_token=TOKEN, choices=choices or Choices())
        self.twilio.deliver = self._deliver
        self._jobs: deque[Callable[[], object]] = deque()
        self.meanwhile: Callable[[Delivery], object] | None = None  # before each delivery
        self.works_meanwhile = False  # True: the worker has its rounds while a request waits
        self.jobs_run = True  # False: as if the process died before its orders went out
        self.time_out = 0.0  # seconds that pass before the service stops waiting for an answer
        self.ahead = timedelta(0)  # the service's clock of the carrier's
        self.answers: list[tuple[Delivery, WebhookResponse]] = []
        self.settings = Settings(
            database_url=database_url,
            public_base_url=BASE,
            secret_key="stage",
            account_sid=self.twilio.account_sid,
            auth_token=TOKEN,
            limits=limits or Limits(),
            **{"return_seconds": 0, **settings},  # whoever hangs up here wants to
        )
        self._open()
        self._people()

    def _open(self) -> None:
        """Start the service; called again it is another process on the same database."""
        client = Client(self.twilio.account_sid, TOKEN, http_client=self._line())
        twiml = TwimlWriter(BASE, with_speakers=self.settings.tells_speakers)
        addresses = CallbackAddresses(BASE)
        externals = Externals(
            clock=self.now,
            pause=self._pause,
            submit=self._jobs.append,
            notifier=PassingTime(self._wait),
            carrier=TwilioCarrier(client, twiml, addresses, self.now),
        )
        self.app = create_app(self.settings, externals)
        self.context = self.app.extensions["evovoice"].context
        self.client = self.app.test_client()

    def _line(self) -> HttpClient:
        """What the service's requests to the carrier go through."""
        return _Line(self)

    def _pause(self, seconds: float) -> None:
        """The service waits: for the next try of an order, or for reports."""
        self.twilio.advance(seconds)

    def _people(self) -> None:
        database: Database = self.context.database
        self.account = administration.add_account(database, "Acme", "US")
        self.ann = self._user("Ann")
        self.bob = self._user("Bob")
        administration.add_number(database, self.account.id, OURS, [self.ann.id])
        self.key = administration.add_key(database, self.ann.id, self.twilio.now()).key
        voice, status = f"{BASE}/twilio/voice/incoming", f"{BASE}/twilio/voice/status"
        self.twilio.add_number(OURS, voice, status_callback=status)
        outgoing = f"{BASE}/twilio/voice/outgoing"
        self.twilio.add_application(outgoing, status_callback=status)

    def _user(self, name: str, role: Role = Role.USER) -> User:
        """Past the slow password hash: nobody signs in by password here."""
        identity = f"{name.lower()}_1"
        user = User(f"u-{name.lower()}", self.account.id, name, f"{name}@acme.test", role, identity)
        with self.context.database.writing() as work:
            work.directory.add_user(user, "no password")
        return user

    def now(self) -> datetime:
        """What time it is by the service's clock."""
        return self.twilio.now() + self.ahead

    # --- the service, from outside -----------------------------------------------------------

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        answer = self.client.open(path, method=method, json=body, headers=headers)
        self._drain()
        return answer

    def get(self, path: str) -> dict[str, Any]:
        answer = self.request("GET", path)
        assert 200 == answer.status_code, answer.text
        found: dict[str, Any] = json.loads(answer.text)
        return found

    def session(self) -> dict[str, Any]:
        """The one session of the story."""
        with self.context.database.reading() as work:
            session_id = work.connection.execute(_ALL_SESSIONS).scalar_one()
        return self.get(f"/sessions/{session_id}")

    def add(self, destination: str = THIRD, **body: Any) -> Any:
        """Ann presses the dial button; the raw answer."""
        session = self.session()
        mine = [m for m in session["members"] if m.get("endpointId") == self.ann.id]
        call_sid = mine[0].get("callSid") if mine else None
        path = f"/sessions/{session['id']}/conference/members"
        return self.request("POST", path, {"callSid": call_sid, "destination": destination} | body)

    def end(self, query: str = "") -> Any:
        return self.request("DELETE", f"/sessions/{self.session()['id']}{query}")

    def events(self) -> list[str]:
        """The types of the log's lines."""
        lines = self.get(f"/sessions/{self.session()['id']}/events?count=200")["events"]
        return [line["type"] for line in lines]

    # --- the world around it --------------------------------------------------------------------

    def ring_in(self, *, ann_answers_after: float = 1.0) -> str:
        """The customer calls and Ann's device rings; the SID of the customer's leg."""
        self.phone(self.ann).answers_after(ann_answers_after)
        sid = self.twilio.place_call(CUSTOMER, OURS)
        self.pass_time(0.6)
        return sid

    def bridge_in(self) -> str:
        """The customer calls and Ann answers."""
        sid = self.ring_in()
        self.pass_time(3)
        return sid

    def bridge_out(self, to: str = CUSTOMER) -> str:
        """Ann's device calls the customer, who answers; the SID of Ann's leg."""
        self.twilio.phone(to).answers_after(1)
        sid = self.twilio.connect_device(self.ann.identity, {"To": to})
        self.pass_time(4)
        return sid

    def phone(self, user: User) -> Any:
        return self.twilio.phone(f"client:{user.identity}")

    def pass_time(self, seconds: float) -> None:
        """Let time pass in steps, with the service's own background beside it."""
        for _ in range(max(1, round(seconds / 0.5))):
            self.twilio.advance(min(seconds, 0.5))
            self._drain()
            self.background()

    def _wait(self, seconds: float) -> None:
        self._pause(seconds)
        if self.works_meanwhile:
            self.background()

    def background(self) -> None:
        """One round of the service's worker."""
        if not self.jobs_run:
            return
        with suppress(DatabaseUnavailable):
            make_up_for_outage(self.context)
            self.context.dispatch.look_for_carrier()
            self.context.dispatch.run_due()
            reconcile(self.context)
            stop_ringing_disabled(self.context)
            use_early_reports(self.context)
            self._drain()

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """The database answers nobody, until the end of the block."""

        def refuse(mode: object) -> None:
            raise DatabaseUnavailable(f"The database cannot be reached ({mode})")

        transactions = vars(self.context.database)["_transactions"]
        transactions.begun = refuse
        yield
        del transactions.begun

    def crash(self) -> None:
        """Lose what the process had in its hands, and start another on the same database."""
        self._jobs.clear()
        self.context.database.dispose()
        self.jobs_run = True
        self._open()

    def rest(self) -> list[str]:
        """The service's requests to the carrier so far, `POST Calls/{sid}` and the like."""
        return [f"{entry.method} {_resource(entry.path)}" for entry in self.twilio.rest_log]

    def state_of(self, role: str) -> str | None:
        """The call state of the first member with that role, None where there is none."""
        found = [m for m in self.session()["members"] if m["role"] == role]
        return str(found[0]["callState"]) if found else None

    def living(self) -> list[str]:
        """Who is on a call that has not ended, by address."""
        return sorted(f"{leg.to or leg.from_}" for leg in self.twilio.living_calls())

    def close(self) -> None:
        self.context.database.dispose()

    # --- between the two ------------------------------------------------------------------------

    def _deliver(self, delivery: Delivery) -> WebhookResponse:
        if self.meanwhile is not None:
            self.meanwhile(delivery)
        parts = urlsplit(delivery.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        response = self.app.test_client().open(
            path,
            base_url=BASE,
            method=delivery.method,
            data=delivery.body,
            headers=dict(delivery.headers),
            content_type="application/x-www-form-urlencoded",
        )
        answer = WebhookResponse(
            response.status_code,
            response.text,
            response.headers.get("Content-Type", ""),
            location=response.headers.get("Location"),
            set_cookies=tuple(response.headers.getlist("Set-Cookie")),
        )
        self.answers.append((delivery, answer))
        self._drain()
        return answer

    def _drain(self) -> None:
        while self._jobs and self.jobs_run:
            self._jobs.popleft()()


class _Line(HttpClient):  # type: ignore[misc]
    """The emulator's client, failing with the errors that the service's own client raises."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(logging.getLogger("stage"), is_async=False)
        self._inner, self._stage = stage.twilio.http_client, stage

    def request(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._inner.request(*args, **kwargs)
        except (requests.ConnectTimeout, requests.ConnectionError) as error:
            raise ConnectTimeoutError(str(error)) from None
        except requests.ReadTimeout as error:
            self._stage.twilio.advance(self._stage.time_out)
            raise ReadTimeoutError(None, "", str(error)) from None  # type: ignore[arg-type]


_ALL_SESSIONS = text("SELECT id FROM call_sessions")


def _resource(path: str) -> str:
    return path.split("/Accounts/")[1].split("/", 1)[1].removesuffix(".json")
