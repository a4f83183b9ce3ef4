"""Callers who do not show their number (contract 4.2, twilio-voice 10.1)."""

import re

WITHHELD = "Withheld number"

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Anonymous, restricted, blocked, unknown and unavailable, spelt on the keypad.
_SPELT = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def is_withheld(caller: str) -> bool:
    """Whether nobody can be called back at that address: it is a word, spelt as a number or not."""
    return _E164.fullmatch(caller) is None or caller in _SPELT
