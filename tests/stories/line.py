"""Between service and carrier: refusals, time-outs, crashes, and how often the carrier is asked."""

import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, ReadTimeoutError

MOST_REQUESTS = 80  # of one command, report or round of the background; more never ends
_READ, _CONNECT = 4.5, 3.0  # seconds the service waits, as its own client does

# HTTP status and Twilio's code of each refusal that has no effect (twilio-voice 3.6)
REFUSALS: dict[str, tuple[int, int]] = {
    "400": (400, 20001),
    "400/21220": (400, 21220),
    "404/20404": (404, 20404),
    "404/16022": (404, 16022),
    "429": (429, 20429),
    "500": (500, 20500),
    "503": (503, 20503),
}
BREAKS = ("timeout-before", "timeout-after", "reset-before", "reset-after", "unreachable")
KILLS = ("kill-before", "kill-after")
TARGETS = {  # the words of a step, as method and path
    "redirect": ("POST", "*/Calls/CA*.json"),
    "dial": ("POST", "*/Participants.json"),
    "adjust": ("POST", "*/Participants/CA*.json"),
    "place": ("POST", "*/Calls.json"),
    "remove": ("DELETE", "*"),
    "close": ("POST", "*/Conferences/CF????????????????????????????????.json"),
    "order": ("POST", "*"),
    "question": ("GET", "*"),
    "anything": ("*", "*"),
}


class Killed(BaseException):
    """kill -9, as far as Python can play it."""


class Runaway(BaseException):
    """One cause led to so many requests that it would never have ended."""


@dataclass(slots=True)
class Trouble:
    """The next `left` requests that match the target meet this fault."""

    kind: str
    target: str
    left: int

    def matches(self, method: str, path: str) -> bool:
        """Whether this request is meant."""
        wanted, pattern = TARGETS[self.target]
        return wanted in {"*", method} and fnmatchcase(path, pattern)


class TroubledLine(HttpClient):  # type: ignore[misc]
    """The emulator's client with faults in front of it and behind it.

    `wait` lets virtual time pass, `struck` is told of each fault that came about.
    """

    def __init__(
        self,
        inner: HttpClient,
        wait: Callable[[float], object],
        struck: Callable[[str], object],
    ) -> None:
        super().__init__(logging.getLogger("stories"), is_async=False)
        self._inner = inner
        self._wait = wait
        self._struck = struck
        self.troubles: list[Trouble] = []
        self.cause = "background"
        self.asked: Counter[str] = Counter()  # requests of the present command, report or round
        self.total: Counter[str] = Counter()  # requests by kind of cause
        self.dead = False  # whether the process whose line this is was killed

    def begin(self, cause: str) -> str:
        """From here on requests are counted for this cause; the cause before it."""
        before, self.cause = self.cause, cause
        self.asked[cause] = 0
        return before

    def request(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Any:
        """One request of the service."""
        if self.dead:
            raise Killed
        self._count(method, urlsplit(uri).path)
        trouble = self._take(method, urlsplit(uri).path)
        if trouble is None:
            return self._pass_on(method, uri, *args, **kwargs)
        self._struck(trouble.kind)
        if trouble.kind in REFUSALS:
            return _refusal(*REFUSALS[trouble.kind], urlsplit(uri).path)
        if trouble.kind.endswith("-after"):
            self._pass_on(method, uri, *args, **kwargs)
        return self._broken(trouble.kind)

    def _count(self, method: str, path: str) -> None:
        self.asked[self.cause] += 1
        self.total[self.cause.partition(" ")[0]] += 1
        if self.asked[self.cause] > MOST_REQUESTS:
            raise Runaway(f"{self.cause}: {method} {path.rpartition('/Accounts/')[2][35:]}")

    def _take(self, method: str, path: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.matches(method, path):
                trouble.left -= 1
                if trouble.left <= 0:
                    self.troubles.remove(trouble)
                return trouble
        return None

    def _pass_on(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._inner.request(method, uri, *args, **kwargs)
        except (requests.ConnectTimeout, requests.ConnectionError) as error:
            raise ConnectTimeoutError(str(error)) from None
        except requests.ReadTimeout as error:
            raise ReadTimeoutError(None, "", str(error)) from None  # type: ignore[arg-type]

    def _broken(self, kind: str) -> Any:
        if kind in KILLS:
            self.dead = True
            raise Killed
        if kind == "unreachable":
            self._wait(_CONNECT)
            raise ConnectTimeoutError("stories: unreachable")
        if kind.startswith("timeout"):
            self._wait(_READ)
        raise ReadTimeoutError(None, "", f"stories: {kind}")  # type: ignore[arg-type]


def _refusal(status: int, code: int, path: str) -> Response:
    body = {
        "code": code,
        "message": f"stories: {path.rpartition('/')[2]} is refused",
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return Response(status, json.dumps(body), {"Content-Type": "application/json"})
