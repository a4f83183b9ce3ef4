"""A Twilio that answers what a test says, at the place where the SDK hands its requests over."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response

ACCOUNT = "AC" + "0a1b2c3d" * 4
CHILD = "CA" + "33cc44dd" * 4
OTHER = "CA" + "77889900" * 4
ROOM = "CF" + "55ee66ff" * 4


@dataclass(frozen=True)
class Request:
    """One request as the SDK made it; `path` begins behind the account."""

    method: str
    path: str
    form: dict[str, Any]
    query: dict[str, Any]


class FakeTwilioHttp(HttpClient):
    """Records requests and plays back answers, in the order in which they were laid out."""

    def __init__(self) -> None:
        super().__init__(None, is_async=False)
        self.requests: list[Request] = []
        self.hosts: list[str | None] = []
        self.signed_in: list[tuple[str, str] | None] = []
        self._answers: deque[Response | Exception] = deque()

    def will_answer(self, status: int, body: object) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self._answers.append(Response(status, text, {}))

    def will_refuse(self, status: int, code: int, message: str = "no") -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.will_answer(
            status, {"code": code, "message": message, "more_info": more, "status": status}
        )

    def will_fail(self, error: Exception) -> None:
        self._answers.append(error)

    def request(  # noqa: PLR0917
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        path = urlsplit(uri).path.removeprefix(f"/2010-04-01/Accounts/{ACCOUNT}")
        self.hosts.append(urlsplit(uri).hostname)
        self.signed_in.append(auth)
        self.requests.append(Request(method, path, data or {}, params or {}))
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer


def call(sid: str = CHILD, status: str = "in-progress", **more: object) -> dict[str, object]:
    """A call resource, as far as anybody here reads it."""
    created = "Sun, 22 Nov 2026 10:00:00 +0000"
    known: dict[str, object] = {
        "sid": sid,
        "status": status,
        "date_created": created,
        "end_time": None,
        "direction": "outbound-api",
        "to": "+12025550124",
        "from": "+12025550100",
    }
    return {**known, **more}


def participant(
    call_sid: str = CHILD, status: str = "connected", **more: object
) -> dict[str, object]:
    """A participant resource."""
    known: dict[str, object] = {
        "call_sid": call_sid,
        "conference_sid": ROOM,
        "label": None,
        "status": status,
        "hold": False,
        "muted": False,
    }
    return {**known, **more}


def conference(sid: str = ROOM, status: str = "in-progress", **more: object) -> dict[str, object]:
    """A conference resource."""
    created = "Sun, 22 Nov 2026 10:00:00 +0000"
    return {"sid": sid, "status": status, "date_created": created, **more}


def page(name: str, *items: object) -> dict[str, object]:
    """One page of a list, the last there is."""
    envelope = {"page": 0, "page_size": 50, "start": 0, "end": len(items), "uri": "/x.json"}
    ends = {"first_page_uri": "/x.json", "next_page_uri": None, "previous_page_uri": None}
    return {name: list(items), **envelope, **ends}
