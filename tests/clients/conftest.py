"""The service and the emulator as real processes, with a call that an agent is in."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, Cast, assemble
from evovoice.demo.processes import Processes

PATIENCE = 30  # seconds
Session = dict[str, Any]


class Unhurried(Processes):
    """A service that lets an agent add as many as the tests want to."""

    def _environment(self) -> dict[str, str]:
        limits = {"EVOVOICE_ADDS_PER_MINUTE": "1000", "EVOVOICE_CALLS_AT_ONCE": "1000"}
        return {**super()._environment(), **limits}


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A customer and the agent Ann, talking; who rings is there at once."""

    cast: Cast
    session_id: str

    @property
    def base(self) -> str:
        return self.cast.api.base

    def session(self) -> Session:
        found: Session = self.cast.api.get(f"/sessions/{self.session_id}")
        return found

    def member(self, role: str) -> dict[str, Any]:
        (found,) = [one for one in self.session()["members"] if one["role"] == role]
        return dict(found)

    def add(self) -> dict[str, Any]:
        """A third party who talks; the member."""
        body = {"callSid": self.member("Agent")["callSid"], "destination": COLLEAGUE}
        self.cast.api.post(f"/sessions/{self.session_id}/conference/members", body)
        until(lambda: len(self._connected()) == 3)
        return self.member("Transfer")

    def facts(self, **more: Any) -> dict[str, Any]:
        """What a client's story has to know."""
        known = {
            "key": self.cast.key,
            "email": AGENT_EMAIL,
            "password": AGENT_PASSWORD,
            "sessionId": self.session_id,
            "callSid": self.member("Agent")["callSid"],
            "accountId": self.session()["accountId"],
            "destination": COLLEAGUE,
        }
        return known | more

    def _connected(self) -> list[dict[str, Any]]:
        return [one for one in self.session()["members"] if one["callState"] == "Connected"]


def until(holds: Callable[[], object]) -> None:
    """Until it is so, or the test fails."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Both servers, once for all clients, and the command line beside them."""
    processes = Unhurried(tmp_path_factory.mktemp("clients"))
    try:
        yield processes
    finally:
        processes.stop()


@pytest.fixture(scope="session")
def cast(processes: Processes) -> Cast:
    """The agent, whose device and colleague answer at once."""
    cast = assemble(processes)
    for address in (cast.agent_device, COLLEAGUE):
        cast.phone(address, answer_after=0)
    return cast


@pytest.fixture(scope="session")
def manager_key(processes: Processes, cast: Cast) -> str:
    """The key of Eve, who manages the agent's account, and whose device answers at once."""
    (account,) = processes.command("account", "list")["accounts"]
    words = ("user", "add", "Eve", "--account", account["id"], "--email", "eve@acme.test")
    eve = processes.command(*words, "--password", "horse correct", "--role", "Manager")
    cast.phone(f"client:{eve['identity']}", answer_after=0)
    return str(processes.command("key", "add", "--user", eve["id"])["key"])


@pytest.fixture
def call(cast: Cast) -> Iterator[LiveCall]:
    """A call of its own for each test."""
    cast.call_in()

    def talking() -> list[Session]:
        sessions: list[Session] = cast.api.get("/sessions/active")["sessions"]
        return [one for one in sessions if one["callState"] == "Connected"]

    until(talking)
    (session,) = talking()
    yield LiveCall(cast, session["id"])
    cast.api._send("DELETE", f"/sessions/{session['id']}", None)
    until(lambda: not cast.api.get("/sessions/active")["sessions"])
