"""A TwiML document as a tree of verbs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evovoice.emulator.state.bounds import attribute_number


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb or noun: its attributes, its trimmed text, what is nested in it."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple["Verb", ...]

    def get(self, name: str) -> str | None:
        """An attribute as written, or None."""
        return self.attributes.get(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean attribute."""
        value = self.attributes.get(name)
        return default if value is None else value.strip().lower() == "true"

    def number(self, name: str, default: int) -> int:
        """A whole number within its bounds; anything else is the default."""
        value = attribute_number(self.name, name, self.attributes.get(name, ""))
        return default if value is None else value

    def method(self, name: str = "method", default: str = "POST") -> str:
        """GET or POST; anything else is the default."""
        value = self.attributes.get(name, "").upper()
        return value if value in {"GET", "POST"} else default

    def named(self, *names: str) -> tuple["Verb", ...]:
        """The nested nouns of these names."""
        return tuple(child for child in self.children if child.name in names)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the debugger says about a document; the document runs all the same."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs inside <Response>, and what is odd about them."""

    verbs: tuple[Verb, ...] = ()
    findings: tuple[Finding, ...] = ()


class DocumentError(Exception):
    """The answer is not TwiML; `code` is Twilio's number for why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def relative_actions(verbs: Iterable[Verb]) -> list[str]:
    """R10: action URLs that mean nothing without an address of the document."""
    found: list[str] = []
    for verb in verbs:
        if "://" not in verb.attributes.get("action", "://"):
            found.append(verb.attributes["action"])
        found += relative_actions(verb.children)
    return found
