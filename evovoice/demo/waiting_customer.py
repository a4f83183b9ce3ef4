"""A customer who calls as soon as the agent's page takes calls, and again when it is free."""

import time
from collections.abc import Callable

from evovoice.demo.cast import CUSTOMER, Cast
from evovoice.demo.timeline import Timeline

_CALLS_AGAIN = 30.0  # seconds after the agent has become free


class WaitingCustomer:
    """`look` is called a few times a second; it never waits."""

    def __init__(
        self, cast: Cast, timeline: Timeline, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._cast, self._timeline, self._seconds = cast, timeline, seconds
        self._not_before = 0.0
        self._session_id: str | None = None

    def look(self) -> None:
        """Call where that is due, and print what is new of the call."""
        sessions = self._cast.api.get("/sessions/my")["sessions"]
        if not sessions:
            self._come_to_an_end()
            self._call_if_due()
            return
        newest = sessions[0]["id"]
        if newest != self._session_id:
            self._session_id = newest
            self._timeline.follow(newest)
        self._timeline.look()

    def _come_to_an_end(self) -> None:
        if self._session_id is not None:
            self._timeline.look()
            self._session_id = None
            self._not_before = self._seconds() + _CALLS_AGAIN

    def _call_if_due(self) -> None:
        if self._seconds() >= self._not_before and self._cast.is_at_page:
            self._timeline.say(CUSTOMER, "calls our number: it rings in the page")
            self._cast.call_in()
            self._not_before = self._seconds() + _CALLS_AGAIN  # one call at a time
