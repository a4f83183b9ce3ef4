"""Keeps telephone numbers and secrets out of every line, however they are spelt.

A number is whatever has seven digits in a row, with what people and programs write between digits;
known shapes that are none stay readable: SIDs, our ids, hexadecimal ids, times, IP addresses. What
hides behind percent signs is looked for too; where something is found there, the text is shown
without them. No pattern here tries the same letter in more than a few ways, so the time grows with
the text alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "•••"
_SHORT, _WORD = 4, 8  # letters: shorter is no secret; shorter is one only as a whole word
_DEEPEST = 8  # lists and objects inside each other
_ENCODED = 4  # times that a text may be encoded in itself
_RECURS, _REMEMBERED = 80, 2000  # letters of a text that may come again; texts

# Not right behind a letter, unless that belongs to an escape such as %2F or \n.
_START = r"(?:(?<![A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"

_CREDENTIALS = re.compile(
    r"(?i:(?P<kind>Bearer|Basic)(?:\s|%20|\+){1,9}[A-Za-z0-9._~+=%-]+(?:/[A-Za-z0-9._~+=%-]+)*)"
    rf"|{_START}[aA][kK](?:-|%2[dD])[0-9a-fA-F]{{6,}}(?:[0-9A-Za-z_-]|%[0-9a-fA-F]{{2}})*"
    rf"|{_START}ls(?:-|%2[dD])[0-9A-Za-z_-]{{20,}}"
    r"|[aA][kK]-[0-9a-fA-F]{12}-[0-9A-Za-z_-]+|ls-[0-9A-Za-z_-]{40,}"  # whole: behind letters too
    r"|eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+){0,4}"  # a JSON web token
    r"|(?P<user>://[^\s/:@]{0,80}:)[^\s/@]{1,400}(?=@)"  # of an address with a password
    r"|(?i:(?P<name>passw(?:or)?d|pwd|secret|token|api_?key|authorization|ss-(?:p?id|tok|reftok))"
    r"(?P<is>=|%3D|[\"']\s{0,3}:\s{0,3}[\"']?))[^\s&\"',;<>]+"
)
# Most texts have none of these: a look for them takes a fraction of the pattern's time.
_HINTS = (
    "bearer", "basic", "ak-", "ak%2d", "ls-", "ls%2d", "eyj", "://", "passw", "pwd", "secret",
    "token", "api_key", "apikey", "authorization", "ss-",
)  # fmt: skip
_SECRET_NAME = re.compile(
    r"passw(?:or)?d|secret|token|authorization|cookie|api_?key|credential", re.IGNORECASE
)

_DIGIT = r"(?:\d|%3\d)"
_BETWEEN = (  # also what phonenumbers passes over, and the plus sign of a blank in a form
    r"(?:%(?:25){0,2}(?:2[089DEFdef]|5[BDbd])|%[cC]2%[aA]0"
    r"|(?<=[\d)\]])\+(?=[\d(\[])"
    r"|[ \t\xa0\xad\xb7()\[\]/.\-_~\u2000-\u200f\u2010-\u2015\u2022\u202a-\u202f\u2053\u2060-\u2069"
    r"\u2212\u223c\u3000\u30fb\u30fc\ufeff\uff08\uff09\uff0d-\uff0f\uff3b\uff3d\uff5e])"
)
_SEVEN = re.compile(rf"\d(?:{_BETWEEN}{{0,4}}{_DIGIT}){{6}}")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d\d:?\d\d)?"
_IDS = "|".join([
    "[A-Z]{2}[0-9a-fA-F]{32}",  # the carrier's
    "[a-z]{1,12}-[0-9a-f]{16}(?:[0-9a-f]{8})?",  # ours
    "o-[0-9a-f]{14}-[0-9a-f]{2}-[0-9a-f]{12}",  # of our orders
    "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    r"(?=\d*[a-fA-F])[0-9a-fA-F]{16,128}",
])  # fmt: skip
_NO_NUMBER = "|".join([
    rf"(?:{_IDS})(?![0-9A-Za-z])",
    rf"\d{{4}}-[01]\d-[0-3]\d(?:[T ]{_CLOCK})?(?!\d)",
    rf"{_CLOCK}(?!\d)",
    rf"(?<!\.){_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?(?!\d|\.\d)",
    r"(?<!\.)\d{1,9}\.\d{1,9} ?m?s\b",
])  # fmt: skip
_NUMBER = re.compile(
    rf"(?P<kept>(?<![0-9A-Za-z])(?:{_NO_NUMBER})|\]:\d{{1,5}}(?!\d))"  # the latter is a port
    rf"|(?:(?P<plus>\+|\uff0b|%(?:25){{0,2}}2[bB]){_BETWEEN}{{0,4}})?"
    rf"{_DIGIT}(?:{_BETWEEN}{{0,4}}{_DIGIT}){{6,}}"
)
_ESCAPE = re.compile("%(?:25){0,2}(?:2[089DEFdef]|5[BDbd])|%[cC]2%[aA]0")
_ESCAPED_DIGIT = re.compile(r"%3(\d)")


class Masking:
    """Masks texts and whole records; `secrets` are texts that must never be seen."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = _any_of(secrets)
        self._known = lru_cache(_REMEMBERED)(self._masked)  # names of fields, ids, what recurs

    def text(self, text: str) -> str:
        """That text without numbers and secrets."""
        return self._known(text) if len(text) <= _RECURS else self._masked(text)

    def _masked(self, text: str) -> str:
        return masked(_decoded(text, self._without_secrets))

    def _without_secrets(self, text: str) -> str:
        return text if self._secrets is None else self._secrets.sub(HIDDEN, text)

    def fields(self, fields: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
        """Names and values alike, down to the last; what has a secret's name is left out."""
        return {
            self.text(str(name)): self._field(str(name), value, depth)
            for name, value in fields.items()
        }

    def value(self, value: object, depth: int = 0) -> Any:  # noqa: ANN401 (whatever JSON has)
        """That value as JSON may have it: text, number, truth, list or object."""
        match value:
            case str():
                return self.text(value)
            case None | bool() | float():
                return value
            case int():
                return value if -(10**6) < value < 10**6 else _number(self.text(str(value)), value)
            case Mapping() if depth < _DEEPEST:
                return self.fields(value, depth + 1)
            case list() | tuple() | set() | frozenset() if depth < _DEEPEST:
                return [self.value(each, depth + 1) for each in value]
        return self.text(_readable(value))

    def _field(self, name: str, value: object, depth: int) -> Any:  # noqa: ANN401
        if value and isinstance(value, str | bytes) and _is_secret(name):
            return HIDDEN
        return self.value(value, depth)


@lru_cache(_REMEMBERED)
def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def masked(text: str) -> str:
    """That text with numbers shortened (`+1•••••4567`) and credentials masked."""
    return _decoded(_decoded(text, _without_keys), _without_numbers)


def _decoded(text: str, mask: Callable[[str], str]) -> str:
    """The text masked as it stands and, where there is more to find, as it is read."""
    shown = plain = mask(text)
    for _ in range(_ENCODED if "%" in plain else 0):
        before, plain = plain, unquote(plain)
        if plain == before:
            break
        found = mask(plain)
        if found != plain:
            shown = plain = found
    return shown


def _without_keys(text: str) -> str:
    low = text.lower()
    return _CREDENTIALS.sub(_hidden, text) if any(hint in low for hint in _HINTS) else text


def _without_numbers(text: str) -> str:
    return _NUMBER.sub(_shortened, text) if _SEVEN.search(text) else text


def _hidden(match: re.Match[str]) -> str:
    if match["kind"]:
        return f"{match['kind']} {HIDDEN}"
    return f"{match['user'] or match['name'] or ''}{match['is'] or ''}{HIDDEN}"


def _shortened(match: re.Match[str]) -> str:
    if match["kept"]:
        return match[0]
    written = match[0][len(match["plus"] or "") :]
    plain = _ESCAPE.sub("", _ESCAPED_DIGIT.sub(r"\1", written))
    digits = [letter for letter in plain if letter.isdigit()]
    start = f"+{digits[0]}" if match["plus"] else ""
    return f"{start}•••••{''.join(digits[-4:])}"


def _number(text: str, value: int) -> str | int:
    return value if text == str(value) else text


def _readable(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _any_of(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """Each as it is and as it stands in an address."""
    spelt = {way(one) for one in secrets for way in (str, quote, quote_plus, _wholly_quoted)}
    patterns = [_pattern(one) for one in sorted(spelt, key=len, reverse=True) if len(one) >= _SHORT]
    return re.compile("|".join(patterns)) if patterns else None


def _wholly_quoted(text: str) -> str:
    return quote(text, safe="")


def _pattern(secret: str) -> str:
    exact = re.escape(secret)
    return exact if len(secret) >= _WORD else rf"(?<!\w){exact}(?!\w)"
