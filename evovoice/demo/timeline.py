"""Prints the story while it happens: the session's own log, and what went to the carrier."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from evovoice.demo.cast import Cast

_LOOK_EVERY = 0.05  # seconds
_PATIENCE = 30.0  # seconds until something that should happen is missing


class NotAsExpected(Exception):
    """The story took another turn; the text says which."""


class Timeline:
    """Follows one session. `until` waits for a state and prints what happens meanwhile."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._session_id: str | None = None
        self._sequence = 0
        self._rest_seen = 0
        self.rest_calls: list[dict[str, Any]] = []

    def say(self, who: str, what: str) -> None:
        """A line of our own: what a person does."""
        _print(datetime.now(UTC).strftime("%H:%M:%S.%f")[:-3], who, what)

    def follow(self, session_id: str) -> None:
        """From now on this session's log is printed."""
        self._session_id, self._sequence = session_id, 0

    def session(self) -> dict[str, Any]:
        """The session as the agent's client sees it, after printing what is new."""
        session: dict[str, Any] = self._cast.api.get(f"/sessions/{self._session_id}")
        self._print_news()
        return session

    def look(self) -> None:
        """Print what is new."""
        self.session()

    def until(self, what: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the session is so. Errors: `NotAsExpected` after half a minute."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            session = self.session()
            if holds(session):
                return session
            time.sleep(_LOOK_EVERY)
        raise NotAsExpected(f"{what} did not happen; the session is {self.session()}")

    def _print_news(self) -> None:
        path = f"/sessions/{self._session_id}/events?after={self._sequence}&count=100"
        lines = [(e["date"], e["type"], e["message"]) for e in self._new_events(path)]
        lines += [(r["at"], "-> Twilio", f"{r['method']} {_short(r)}") for r in self._new_rest()]
        for date, who, what in sorted(lines, key=lambda line: line[0]):
            _print(date[11:23], who, what)

    def _new_events(self, path: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._cast.api.get(path)["events"]
        if events:
            self._sequence = events[-1]["sequence"]
        return events

    def _new_rest(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self._cast.stage.get("/_emulator/log")["rest"]
        news, self._rest_seen = calls[self._rest_seen :], len(calls)
        self.rest_calls += news
        return news


def _short(call: dict[str, Any]) -> str:
    """`Calls/CA12.../` is enough to see which request it was."""
    path = str(call["path"]).split("/Accounts/")[-1].split("/", 1)[-1]
    words = [f"{part[:6]}..." if len(part) > 30 else part for part in path.split("/")]  # noqa: PLR2004
    return f"{'/'.join(words)} answered {call['status']}"


def _print(moment: str, who: str, what: str) -> None:
    print(f"{moment}  {who:<18} {what}", flush=True)
