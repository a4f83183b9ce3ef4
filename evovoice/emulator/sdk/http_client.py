"""An `HttpClient` of the official `twilio` package whose responses come from the engine."""

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from requests.exceptions import ConnectionError as RefusedError
from requests.exceptions import ConnectTimeout, ReadTimeout
from twilio.http import HttpClient  # type: ignore[import-untyped, unused-ignore]
from twilio.http.response import Response  # type: ignore[import-untyped, unused-ignore]

from evovoice.emulator.rest.faults import Broken
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse

_FAILURES = {
    "read-timeout": ReadTimeout,
    "connect-timeout": ConnectTimeout,
    "connect-refused": RefusedError,
    "reset": RefusedError,
}


class EngineHttpClient(HttpClient):  # type: ignore[misc, unused-ignore]
    """Give it to `twilio.rest.Client(..., http_client=...)`."""

    def __init__(
        self,
        serve: Callable[[RestRequest], RestResponse | Broken],
        wait: Callable[[float], object],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._serve = serve
        self._wait = wait
        self._now = now

    def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,  # noqa: ARG002 - the SDK's signature
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002 - the SDK's signature
    ) -> Response:
        """Serve the request, or fail the way `requests` would."""
        address = urlsplit(uri)
        fields = (data if method.upper() == "POST" else params) or {}
        query = parse_qsl(address.query, keep_blank_values=True)
        form = Form([*query, *_pairs(fields)])
        outcome = self._serve(RestRequest(method.upper(), address.path, form, _basic(auth)))
        made = self._now()
        if isinstance(outcome, Broken):
            raise _FAILURES[outcome.kind](f"emulated: {outcome.kind}")
        if outcome.after:
            self._hang(outcome.after, timeout)
        dated = {"Date": format_datetime(made, usegmt=True)}
        if outcome.sound is not None:  # the SDK knows texts alone
            kind = {"Content-Type": outcome.sound.content_type}
            return Response(outcome.status, outcome.sound.content.decode("latin-1"), kind | dated)
        text = "" if outcome.body is None else json.dumps(outcome.body)
        return Response(outcome.status, text, {"Content-Type": "application/json", **dated})

    def _hang(self, seconds: float, timeout: float | None) -> None:
        """In virtual time; a client that is less patient has gone by then."""
        self._wait(seconds if timeout is None else min(seconds, timeout))
        if timeout is not None and timeout < seconds:
            raise ReadTimeout("emulated: hang")


def _pairs(fields: dict[str, object]) -> list[tuple[str, str]]:
    """Lists become repeated keys, as `requests` sends them."""
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs.extend((name, str(one)) for one in values if one is not None)
    return pairs


def _basic(auth: tuple[str, str] | None) -> str | None:
    if auth is None:
        return None
    return "Basic " + b64encode(":".join(auth).encode()).decode()
