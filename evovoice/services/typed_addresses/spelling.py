"""How a telephone number is spelled: which characters count, and which stand in the way."""

import re
import unicodedata

_SCHEME = re.compile(r"tel:(?://)?", re.IGNORECASE)
_BEGINS = frozenset("+(0123456789")
_DIGITS = frozenset("0123456789")
_BETWEEN = frozenset("().-/ ")
_EXTENSIONS = frozenset(",;xX#*")
_LONGEST = 60  # characters; a number has 15 digits, and an international prefix before them


class NotANumber(Exception):
    """A text is no telephone number; what it says names the obstacle."""


def looks_like_number(text: str) -> bool:
    """Whether whoever typed that plain text meant a number, be it a good one or not."""
    return _SCHEME.match(text) is not None or (text[:1] in _BEGINS and "@" not in text)


def spelled_digits(text: str) -> str:
    """The digits of a plain text, after a `+` where one was typed. Errors: `NotANumber`."""
    bare = _SCHEME.sub("", text, count=1).strip() if _SCHEME.match(text) else text
    if len(bare) > _LONGEST:
        raise NotANumber("it is too long")
    if bare[:1] not in _BEGINS:
        raise NotANumber(_named(bare[0]) if bare else "it is empty")
    for character in bare:
        if character not in _DIGITS and character not in _BETWEEN and character != "+":
            raise NotANumber(_named(character))
    before, plus, after = bare.rpartition("+")
    if not _DIGITS.isdisjoint(before) or "+" in before:
        raise NotANumber("a plus sign may only stand once, before the digits")
    digits = "".join(character for character in after if character in _DIGITS)
    if not digits:
        raise NotANumber("it has no digits")
    return plus + digits


def _named(character: str) -> str:
    """What stands in the way, so that somebody finds it who cannot see it."""
    if character in _EXTENSIONS:
        return f"'{character}' stands in the way, extensions and tones cannot be dialled"
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    if character.isascii() and character.isprintable():
        return f"'{character}' stands in the way"
    shown = f"'{character}' ({name})" if character.isprintable() else f"the character {name}"
    return f"{shown} stands in the way"
