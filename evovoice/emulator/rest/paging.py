"""Lists: filters by date, and the envelope around one page (R43)."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.messages import Form, JsonObject, RestResponse
from evovoice.emulator.state.bounds import whole_number
from evovoice.emulator.state.clock import MICROS

T = TypeVar("T")

_DEFAULT_SIZE = 50
_MAX_SIZE = 1000
_TOKEN = re.compile(r"P[AF][A-Z]{2}[0-9a-zA-Z]{32}")
_PLACES = ("Page", "PageSize", "PageToken")


def page_of(
    path: str,
    form: Form,
    name: str,
    items: Sequence[T],
    render: Callable[[T], JsonObject],
    sid_of: Callable[[T], str],
) -> RestResponse:
    """One page of the items under the plural `name`."""
    size = _count(form, "PageSize", _DEFAULT_SIZE) or _DEFAULT_SIZE
    if size > _MAX_SIZE:
        raise Refusal(20007, "Page size must be less than or equal to 1000")
    page = _count(form, "Page", 0)
    start = _start(
        form, page * size, [sid_of(one) for one in items] if page or "PageToken" in form else []
    )
    shown = items[start : start + size]
    more = start + size < len(items)
    address = _Address(path, form, size)
    body: JsonObject = {
        name: [render(item) for item in shown],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + len(shown) - 1 if shown else start,
        "uri": address.of(page, form.get("PageToken")),
        "first_page_uri": address.of(0),
        "next_page_uri": address.of(page + 1, _token("A", sid_of(shown[-1]))) if more else None,
        "previous_page_uri": address.of(page - 1, _before(items, start, size, sid_of))
        if page
        else None,
    }
    return RestResponse(200, body)


def _before(items: Sequence[T], start: int, size: int, sid_of: Callable[[T], str]) -> str | None:
    """The token of the page that ends here; the first page has none."""
    place = start - size
    return _token("F", sid_of(items[place])) if 0 < place < len(items) else None


def _token(side: str, sid: str) -> str:
    """Opaque to everybody else: the page After that item, or From it on."""
    return f"P{side}{sid}"


def _start(form: Form, default: int, sids: list[str]) -> int:
    """Where the token points to, whatever has come to the list since; else the page's number."""
    token = form.text("PageToken")
    if token and _TOKEN.fullmatch(token) is None:
        raise Refusal(21481, "Invalid PageToken")
    sid = token[2:]
    if sid not in sids:
        return default
    return sids.index(sid) + (1 if token.startswith("PA") else 0)


class _Address:
    """Relative addresses of pages, filters kept."""

    def __init__(self, path: str, form: Form, size: int) -> None:
        self._path = path
        self._filters = [(key, value) for key, value in form.pairs if key not in _PLACES]
        self._size = size

    def of(self, page: int, token: str | None = None) -> str:
        query = [*self._filters, ("PageSize", str(self._size)), ("Page", str(page))]
        if page and token:
            query.append(("PageToken", token))
        return f"{self._path}?{urlencode(query)}"


def _count(form: Form, name: str, default: int) -> int:
    number = whole_number(form.text(name))
    return default if number is None else number


def in_dates(form: Form, name: str, micros: int | None) -> bool:
    """`Name`, `Name<` and `Name>`: the day, up to it, or from it on."""
    if not any(f"{name}{sign}" in form for sign in ("", "<", ">")):
        return True
    if micros is None:
        return False
    moment = datetime.fromtimestamp(micros / MICROS, UTC)
    day, before, after = (_date(form, f"{name}{sign}") for sign in ("", "<", ">"))
    return (
        (day is None or day[0].date() == moment.date())
        and (before is None or moment <= before[1])
        and (after is None or moment >= after[0])
    )


def _date(form: Form, name: str) -> tuple[datetime, datetime] | None:
    """The first and last moment that a day, or an exact time, stands for."""
    text = form.get(name)
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            start = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return start, start + timedelta(days=1, microseconds=-1)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(20001, f"Invalid date for {name}: {text}") from error
    exact = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return exact, exact
