"""A TwiML document as a tree of verbs."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BYTES = 64 * 1024


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
        """A whole number; anything else is the default."""
        value = self.attributes.get(name, "")
        return int(value) if value.isdecimal() else default

    def named(self, *names: str) -> tuple["Verb", ...]:
        """The nested nouns of these names."""
        return tuple(child for child in self.children if child.name in names)


Document = tuple[Verb, ...]


class DocumentError(Exception):
    """The answer is not TwiML; `code` is Twilio's number for why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def parse(body: str) -> Document:
    """The verbs inside <Response>."""
    if len(body.encode()) > MAX_BYTES:
        raise DocumentError(11750, "TwiML response body too large")
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise DocumentError(12100, "Document type declarations are not read")
    try:
        root = ET.fromstring(body.strip())  # noqa: S314 - declarations were refused above
    except ET.ParseError as error:
        raise DocumentError(12100, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise DocumentError(12100, "The root element is not <Response>")
    return tuple(_verb(child) for child in root)


def _verb(element: ET.Element) -> Verb:
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text=text.strip(),
        children=tuple(_verb(child) for child in element),
    )


def relative_actions(document: Document) -> list[str]:
    """R10: action URLs that mean nothing without an address of the document."""
    here = [verb.attributes["action"] for verb in document if "action" in verb.attributes]
    nested = [url for verb in document for url in relative_actions(verb.children)]
    return [url for url in (*here, *nested) if "://" not in url]
