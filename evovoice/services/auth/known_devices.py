"""Devices that have signed in before, known by a cookie that we have signed.

They have guesses of their own, so that nobody who tries passwords elsewhere keeps their owner out.
After OWASP's "Slow Down Online Guessing Attacks with Device Cookies". The cookie lets nobody in.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.services.auth.credentials import sealed

LIFETIME = timedelta(days=180)  # after the newest sign-in from the device
_MOST = 5  # names that sign in from one device; the one that did so longest ago is left out
_BETWEEN = "~"
_MARK = re.compile(r"[\w-]{16}\.[0-9]{1,6}\.[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Mark:
    """That a name has signed in on a device, on a day; the name is in the signature alone."""

    device: str
    day: int
    signature: str

    def __str__(self) -> str:
        return f"{self.device}.{self.day}.{self.signature}"


class KnownDevices:
    """Reads and writes the cookie; `secret` signs it."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock

    def device(self, name: str, cookie: str) -> str | None:
        """The id of the device, where that name has signed in on it; None for any other."""
        mark = self._mark_of(name, cookie)
        return mark.device if mark else None

    def cookie_after(self, name: str, cookie: str) -> str:
        """The cookie of a device on which that name has just signed in."""
        known = self._mark_of(name, cookie)
        device = known.device if known else secrets.token_urlsafe(12)
        day = self._today()
        others = [mark for mark in _marks(cookie) if mark != known]
        newest = _Mark(device, day, self._signature(name, device, day))
        return _BETWEEN.join(str(mark) for mark in [newest, *others][:_MOST])

    def _mark_of(self, name: str, cookie: str) -> _Mark | None:
        for mark in _marks(cookie):
            signature = self._signature(name, mark.device, mark.day)
            is_ours = hmac.compare_digest(signature, mark.signature)
            if is_ours and 0 <= self._today() - mark.day < LIFETIME.days:
                return mark
        return None

    def _signature(self, name: str, device: str, day: int) -> str:
        return sealed(self._secret, "device cookie", name, device, str(day))

    def _today(self) -> int:
        return self._clock().toordinal()


def _marks(cookie: str) -> Iterator[_Mark]:
    for text in cookie.split(_BETWEEN)[:_MOST]:
        if _MARK.fullmatch(text):
            device, day, signature = text.split(".")
            yield _Mark(device, int(day), signature)
