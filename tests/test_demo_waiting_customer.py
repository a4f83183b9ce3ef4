"""`make run` where the emulator has sound: the customer who calls the agent's page."""

from typing import Any

from evovoice.demo.cast import CUSTOMER
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
