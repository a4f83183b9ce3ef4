"""The journeys' stage with a line that fails, a process that dies, and deeds during a wait."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twilio.http import HttpClient

from evovoice.domain.values import Role
from evovoice.emulator.chaos import ChaosRule
from evovoice.emulator.state.messages import Delivery, NoResponse, Reply
from evovoice.services import administration
from tests.journeys.stage import BASE, Stage
from tests.stories.line import Killed, TroubledLine

BOTH = "+14155550177"  # rings Ann and Bob


class StoryStage(Stage):
    """Ann, Bob and the manager Mia; what happens while a request waits is a deed of its own."""

    def __init__(self, database_url: str) -> None:
        self.struck: list[str] = []  # the faults that came about
        self.disturbed_until = 0.0  # virtual seconds; bounds count from here on
        self.line: TroubledLine | None = None
        self.reports = 0  # webhooks that reached the service
        self.refused_reports: list[str] = []
        self.deed: Callable[[], object] | None = None  # done at the first wait of a request
        self.chaos_rules: list[ChaosRule] = []  # all there ever were
        self._busy = False
        super().__init__(database_url)

    def _people(self) -> None:
        super()._people()
        mia = self._user("Mia", Role.MANAGER)
        self.users = {"ann": self.ann, "bob": self.bob, "mia": mia}
        database, now = self.context.database, self.twilio.now()
        self.keys = {
            name: administration.add_key(database, user.id, now).key
            for name, user in self.users.items()
        }
        administration.add_number(database, self.account.id, BOTH, [self.ann.id, self.bob.id])
        status = f"{BASE}/twilio/voice/status"
        self.twilio.add_number(BOTH, f"{BASE}/twilio/voice/incoming", status_callback=status)

    @property
    def seconds(self) -> float:
        """Virtual seconds since the emulator's epoch."""
        return self.twilio.exchange.network.clock.micros / 1_000_000

    def _line(self) -> HttpClient:
        old = self.line
        self.line = TroubledLine(self.twilio.http_client, self.twilio.advance, self._struck)
        if old is not None:
            self.line.troubles, self.line.total = old.troubles, old.total
        return self.line

    def _struck(self, kind: str) -> None:
        self.struck.append(kind)
        self.disturb(0.0)

    def disturb(self, seconds: float) -> None:
        """Bounds count from that long after now: a lease runs out, a refused order comes back."""
        self.disturbed_until = max(self.disturbed_until, self.seconds + seconds)

    def _pause(self, seconds: float) -> None:
        """Others act while a request waits, and the process's background goes on beside it."""
        assert self.line is not None
        if self.line.dead:
            raise Killed
        deed, self.deed = self.deed, None
        if deed is not None:
            deed()
        self.twilio.advance(seconds)
        self.background()
        if self.line.dead:
            raise Killed

    def background(self) -> None:
        """One round, never two at once."""
        assert self.line is not None
        if self._busy or self.line.dead:
            return
        self._busy = True
        before = self.line.begin("background")
        try:
            super().background()
        finally:
            self._busy = False
            self.line.cause = before

    def _deliver(self, delivery: Delivery) -> Reply:  # type: ignore[override]
        assert self.line is not None
        if self.line.dead:
            return NoResponse("connect")
        self.reports += 1
        before = self.line.begin(f"report {delivery.kind}")
        try:
            answer = super()._deliver(delivery)
        except Killed:
            return NoResponse("reset")
        finally:
            self.line.cause = before
        if answer.status >= 400:
            self.refused_reports.append(f"{delivery.kind} {answer.status} {answer.body[:200]}")
        return answer

    def ask(
        self, who: str, method: str, path: str, body: Any = None, key: str | None = None
    ) -> Any:
        """A request of that agent, counted as one command; None where the process died."""
        assert self.line is not None
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        before = self.line.begin(f"command {method} {path.rpartition('/')[2]}")
        line = self.line
        try:
            answer = self.app.test_client().open(path, method=method, json=body, headers=headers)
            self._drain()
        except Killed:
            return None
        finally:
            line.cause = before
        return answer

    def waits_for_devices(self, seconds: int) -> None:
        """From now on, as a process with that setting."""
        self.settings = replace(self.settings, return_seconds=seconds)
        self.crash()

    def spoilt_reports(self) -> int:
        """How many deliveries were lost, late, doubled, out of order or refused."""
        return sum(rule.hits for rule in self.chaos_rules)

    def revive(self) -> bool:
        """Start another process where the one there was has died; whether it had."""
        assert self.line is not None
        if not self.line.dead:
            return False
        self.crash()
        self.disturb(25.0)  # the lease of what it had in its hands
        return True
