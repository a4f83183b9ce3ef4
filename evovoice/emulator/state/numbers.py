"""Telephone numbers as people write them, in REST, TwiML, files and on the command line."""

import re

_E164 = re.compile(r"\+[1-9]\d{1,14}")
_PUNCTUATION = re.compile(r"[\s().-]")
_NATIONAL, _WITH_ONE = 10, 11  # digits of a number in the United States or Canada


def is_number(address: str) -> bool:
    """E.164: a plus, a country code, at most fifteen digits."""
    return _E164.fullmatch(address) is not None


def e164(text: str) -> str | None:
    """The number, written without a plus too if it is one of the United States or Canada.

    https://www.twilio.com/docs/voice/twiml/number: E.164 is asked for, others are understood.
    """
    digits = _PUNCTUATION.sub("", text)
    if digits.isdecimal() and len(digits) == _NATIONAL:
        digits = f"+1{digits}"
    elif digits.isdecimal() and len(digits) == _WITH_ONE and digits[0] == "1":
        digits = f"+{digits}"
    return digits if digits.isascii() and is_number(digits) else None


def as_dialled(address: str) -> str:
    """The address with a number in E.164; what is no number stays as it is."""
    return e164(address) or address
