"""Takes numbers, names, tokens and addresses of ours out of what is kept."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from evovoice.carrier.capture.numbers import Pseudonyms
from evovoice.carrier.form_fields import SECRETS

ACCOUNT = "AC" + "0a1b2c3d" * 4  # of the payloads that are there already
BASE_URL = "https://voice.example.com"
MASKED = "MASKED"
_SHORTEST_SECRET = 8

# Anonymous, restricted, blocked, unknown and unavailable, spelt on the keypad.
_WITHHELD = "266696687|7378742833|2562533|8656696|86282452253"

# Whatever has seven digits is a number, however it is spelt, but for what is known to be none.
_BETWEEN = r"""(?:%2[089BDEFbdef]|[^\w,;:&=?@%"'<>{}\[\]]){0,3}"""
_NO_NUMBER = "|".join([
    r"(?P<sid>(?<![0-9A-Za-z])[A-Z]{2}[0-9a-fA-F]{32})",
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",  # idempotency tokens
    r"(?<![0-9A-Za-z])[a-z]+-[0-9a-f]{16}(?:[0-9a-f]{8})?(?![0-9A-Za-z])",  # ids of ours
    r"client(?::|%3[Aa])(?![\w.-]*\d{8})[\w.-]*[A-Za-z][\w.-]*",  # identities of devices
    r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)",
    r"(?<!\d)\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d{4})?(?!\d)",
    rf"(?<!\d)\+(?:{_WITHHELD})(?!\d)",
])  # fmt: skip
_NUMBER = re.compile(rf"(?P<kept>{_NO_NUMBER})|\d(?:{_BETWEEN}\d){{6,}}")
_PERSONAL = re.compile("callername|(?:caller|called|from|to)(?:city|zip)")
_SECRET_NAMES = {name.lower() for name in SECRETS} | {"authtoken", "mediaurl", "secret"}
_HEADERS_LEFT_OUT = re.compile(
    # The signature is none of the masked form; the rest are passwords, or of hosts in between.
    "x-twilio-signature|authorization|cookie|proxy-.*|host|content-length|forwarded|via"
    "|x-forwarded-.*|x-real-ip|set-cookie"
)


@dataclass(frozen=True, slots=True)
class Masking:
    """Masks alike in every place; `secrets` are texts that must stand in no file."""

    pseudonyms: Pseudonyms
    base_url: str
    secrets: Iterable[str] = ()

    def text(self, value: str) -> str:
        """That text without secrets, with our address and all numbers replaced."""
        for secret in filter(_is_long, self.secrets):
            value = value.replace(secret, MASKED)
        return _NUMBER.sub(self._replacement, value.replace(self.base_url, BASE_URL))

    def form(self, body: bytes) -> str:
        """A form as it was written, but for the parts that had to be changed or left out."""
        parts = body.decode("utf-8", "replace").split("&")
        return "&".join(filter(None, map(self._part, parts)))

    def fields(self, form: Mapping[str, object]) -> list[list[str]]:
        """A form as pairs of name and value."""
        pairs = [(name, one) for name, value in form.items() for one in _listed(value)]
        return [[name, self._value(name, str(one))] for name, one in pairs if not _is_secret(name)]

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Those that say something and are neither secret nor of a host in between."""
        return {
            name: self.text(value)
            for name, value in headers.items()
            if not _HEADERS_LEFT_OUT.fullmatch(name.lower())
        }

    def json(self, body: bytes) -> object:
        """A JSON document, or the text of what is none."""
        text = body.decode("utf-8", "replace")
        try:
            return self._tree("", json.loads(text))
        except ValueError:
            return self.text(text)

    def _part(self, part: str) -> str:
        name, _, value = map(unquote_plus, part.partition("="))
        if _is_secret(name):
            return ""
        masked = self.text(name), self._value(name, value)
        return part if masked == (name, value) else "=".join(map(quote_plus, masked))

    def _tree(self, name: str, value: Any) -> object:  # noqa: ANN401 (whatever JSON has)
        if isinstance(value, dict):
            shown = {key: one for key, one in value.items() if not _is_secret(key)}
            return {self.text(key): self._tree(key, one) for key, one in shown.items()}
        if isinstance(value, list):
            return [self._tree(name, one) for one in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return int(self.text(str(value)))
        return self._value(name, value) if isinstance(value, str) else value

    def _value(self, name: str, value: str) -> str:
        if value and _PERSONAL.fullmatch(_plain(name)):
            return MASKED
        return self.text(value)

    def _replacement(self, match: re.Match[str]) -> str:
        if match["sid"]:
            return ACCOUNT if match["sid"].startswith("AC") else match["sid"]
        if match["kept"]:
            return match["kept"]
        escaped = re.sub("%2[0-9A-Fa-f]", "", match[0])
        return self.pseudonyms.of("".join(letter for letter in escaped if letter.isdigit()))


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else [value]


def _is_long(secret: str) -> bool:
    """A word of a few letters is no secret, and stands in half of all names."""
    return len(secret) >= _SHORTEST_SECRET


def _is_secret(name: str) -> bool:
    return _plain(name) in _SECRET_NAMES


def _plain(name: str) -> str:
    """`CallerName` and `caller_name` are the same."""
    return name.replace("_", "").lower()
