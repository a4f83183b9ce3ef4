"""Digits as people type them: for a menu, a PIN, or an extension behind a number (C111, C112)."""

import re
from dataclasses import dataclass

from evovoice.services.errors import BadDigits
from evovoice.services.typed_addresses import is_sip, looks_like_number, plain_text

_MOST = 32  # as many as the carrier takes with a call (twilio-voice 10.4)
_COMMA = "wwww"  # as a telephone pauses for it: two seconds
_BEFORE_EXTENSION = "ww"  # who answers has to be listening
_SECONDS = {"w": 0.5, "W": 1.0}  # half a second and a second of silence
_SECONDS_EACH = 0.3  # of any other
_SEPARATORS = re.compile(r"[ \-.()/]")
_SENT = re.compile(r"[0-9*#wW]+")
_EXTENSION = re.compile(
    r"(?P<number>.*\d[ )]*?)\s*(?:;\s*ext=|[,;]?\s*(?:extension|extn|ext|x)[.:]?\s*)"
    r"(?P<digits>\d{1,10}#?)",
    re.IGNORECASE,
)
_AFTER_PAUSE = re.compile(r"(?P<number>[^,;]*\d[^,;]*?)\s*(?P<digits>[,;][0-9*#,; ]*)")


@dataclass(frozen=True, slots=True)
class Digits:
    """What is sent, in the carrier's signs: `w` and `W` are pauses."""

    text: str

    @property
    def seconds(self) -> float:
        """How long they take."""
        return sum(_SECONDS.get(sign, _SECONDS_EACH) for sign in self.text)


def read_digits(typed: str) -> Digits:
    """What somebody means who types digits; a comma is a pause of two seconds. Errors:
    `BadDigits`, which names no digit.
    """
    bare = _SEPARATORS.sub("", plain_text(typed))
    if len(bare) > _MOST:
        raise BadDigits(f"{len(bare)} are too many: {_MOST} at most are sent at once")
    text = bare.replace(",", _COMMA).replace(";", _COMMA)
    if not _SENT.fullmatch(text) or not re.search(r"[0-9*#]", text):
        raise BadDigits("digits, * and # can be sent, with w, W and a comma for pauses")
    return Digits(text)


def split_extension(destination: str) -> tuple[str, Digits | None]:
    """A destination as typed without what is to be dialled after the answer, and that.

    `+1 202 555 0123 x12`, `… ext. 12`, `tel:…;ext=12` and `…,,12#`. Errors: `BadDigits`.
    """
    plain = plain_text(destination)
    if is_sip(plain) or not looks_like_number(plain):
        return destination, None
    if found := _EXTENSION.fullmatch(plain):
        return found["number"], Digits(_BEFORE_EXTENSION + found["digits"])
    if found := _AFTER_PAUSE.fullmatch(plain):
        return found["number"], read_digits(found["digits"])
    return destination, None
