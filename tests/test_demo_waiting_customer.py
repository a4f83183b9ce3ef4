"""`make run` where the emulator has sound: the customer who calls the agent's page."""

from typing import Any

import pytest

from evovoice.demo.cast import CUSTOMER, Cast
from evovoice.demo.json_http import JsonHttp
from evovoice.demo.waiting_customer import WaitingCustomer


class Parts:
    """A cast, its API and a timeline in one: what was done, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.sessions: list[dict[str, Any]] = []
        self.is_at_page, self.now = False, 100.0
        self.api = self
        anything: Any = self
        self.customer = WaitingCustomer(anything, anything, lambda: self.now)

    def get(self, path: str) -> dict[str, Any]:
        assert "/sessions/my" == path
        return {"sessions": self.sessions}

    def say(self, who: str, what: str) -> None:
        assert CUSTOMER == who

    def call_in(self) -> None:
        self.done.append("calls")

    def follow(self, session_id: str) -> None:
        self.done.append(f"follows {session_id}")

    def look(self) -> None:
        self.done.append("looks")


def test_customer_calls_once_the_page_takes_calls_and_again_when_it_is_free() -> None:
    parts = Parts()
    parts.customer.look()
    assert [] == parts.done
    parts.is_at_page = True
    for _ in range(3):
        parts.customer.look()
    assert ["calls"] == parts.done
    parts.sessions = [{"id": "s-1"}]
    parts.customer.look()
    parts.sessions = []
    parts.customer.look()
    assert ["calls", "follows s-1", "looks", "looks"] == parts.done
    parts.now += 29
    parts.customer.look()
    assert 1 == parts.done.count("calls")
    parts.now += 1
    parts.customer.look()
    assert 2 == parts.done.count("calls")


class Told(JsonHttp):
    """A server that says one thing."""

    def __init__(self, said: Any) -> None:
        super().__init__("http://127.0.0.1:1")
        self._said = said

    def get(self, path: str) -> Any:
        return self._said

    def page(self, path: str) -> str:
        return str(self._said)


LIBRARY = '<script defer src="/console/sdk/2.18.5/twilio.min.js"></script>'


@pytest.mark.parametrize(
    ("page", "emulator", "has_sound"),
    [
        (LIBRARY, {"noSound": ""}, True),
        (LIBRARY, {"noSound": "The extra is missing"}, False),
        ("<p>No library</p>", {"noSound": ""}, False),
    ],
)
def test_browser_is_a_phone_where_page_and_emulator_have_what_it_takes(
    page: str, emulator: dict[str, str], has_sound: bool
) -> None:
    cast = Cast("Ann", "client:ann", "key", Told(page), Told(emulator), "http://localhost:1")
    assert has_sound == cast.has_sound
