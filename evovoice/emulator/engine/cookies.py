"""Cookies that the application sets: kept for one call and one host (10.3; per call: ?)."""

from collections import OrderedDict
from collections.abc import Iterable
from http.cookies import CookieError, Morsel, SimpleCookie
from urllib.parse import urlsplit

from evovoice.emulator.engine.web_addresses import is_address

Place = tuple[str, str]  # CallSid, host


class CookieJar:
    """The jars of the latest calls; requests that belong to no call have none."""

    def __init__(self, remembered: int) -> None:
        self._jars: OrderedDict[Place, dict[str, tuple[str, str]]] = OrderedDict()
        self._remembered = remembered

    def keep(self, call_sid: str | None, url: str, set_cookies: Iterable[str]) -> None:
        """Remember what an answer from that address sets, and forget what it takes back."""
        place = _place(call_sid, url)
        if place is None:
            return
        for text in set_cookies:
            for name, morsel in _read(text).items():
                self._put(place, name, morsel)

    def header(self, call_sid: str | None, url: str) -> dict[str, str]:
        """The Cookie header of a request to that address; empty when there is nothing to say."""
        place = _place(call_sid, url)
        if place is None:
            return {}
        jar = self._jars.get(place, {})
        path = urlsplit(url).path or "/"
        sent = [f"{name}={text}" for name, (text, below) in jar.items() if path.startswith(below)]
        return {"Cookie": "; ".join(sent)} if sent else {}

    def _put(self, place: Place, name: str, morsel: "Morsel[str]") -> None:
        jar = self._jars.setdefault(place, {})
        self._jars.move_to_end(place)
        jar.pop(name, None)
        if str(morsel["max-age"]) != "0":
            jar[name] = (morsel.coded_value, morsel["path"] or "/")
        if len(self._jars) > self._remembered:
            self._jars.popitem(last=False)


def _place(call_sid: str | None, url: str) -> Place | None:
    if not call_sid or not is_address(url):
        return None
    return call_sid, urlsplit(url).netloc.lower()


def _read(text: str) -> "SimpleCookie":
    try:
        return SimpleCookie(text)
    except CookieError:
        return SimpleCookie()
