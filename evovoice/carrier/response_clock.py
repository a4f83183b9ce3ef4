"""What time it was at the carrier when it answered; facts made of its answers have that time.

Its events carry times of its own clock, and so does the `Date` of every response. Ours may differ,
and that of another instance again: which of two reports is the later cannot be told by them
(decision 53).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import local
from typing import Any

from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

_SECOND, _MOMENT = timedelta(seconds=1), timedelta(microseconds=1)


class ResponseClock:
    """Called, it says when the last response to this thread was made; by `own`, our clock, where
    that response did not tell.
    """

    def __init__(self, own: Callable[[], datetime]) -> None:
        self._own = own
        self._last = local()

    def __call__(self) -> datetime:
        """The moment of that response, in UTC."""
        last: datetime | None = getattr(self._last, "moment", None)
        return last or self._own()

    def note(self, headers: Mapping[str, str] | None) -> None:
        """A response has come. `Date` names a second; within it our clock tells more."""
        date = _date((headers or {}).get("Date"))
        own = self._own()
        self._last.moment = date and min(max(own, date), date + _SECOND - _MOMENT)


class DatedHttpClient(HttpClient):  # type: ignore[misc]
    """Notes when each response was made, and leaves the rest to another client."""

    def __init__(self, inner: HttpClient, clock: ResponseClock) -> None:
        super().__init__(inner.logger, is_async=False)
        self._inner = inner
        self._clock = clock

    def request(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 (as the SDK gives them)
        """One request of the other client."""
        response = self._inner.request(*args, **kwargs)
        self._clock.note(response.headers)
        return response


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
