"""Reading TwiML: not too long, well-formed, rooted in <Response>, held to the schema."""

import xml.etree.ElementTree as ET
from functools import lru_cache

from evovoice.emulator.engine.document import Document, DocumentError, Verb
from evovoice.emulator.engine.grammar import findings_in

MAX_BYTES = 64 * 1024


@lru_cache(maxsize=256)
def parse(body: str) -> Document:
    """The document; the same text is read once, as it never changes."""
    if len(body.encode(errors="replace")) > MAX_BYTES:
        raise DocumentError(11750, "TwiML response body too large")
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise DocumentError(12100, "Document type declarations are not read")
    try:
        root = ET.fromstring(body.strip())  # noqa: S314 - declarations were refused above
    except (ET.ParseError, ValueError) as error:
        raise DocumentError(12100, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise DocumentError(12102, "The root element must be Response")
    verbs = tuple(_verb(child) for child in root)
    return Document(verbs, tuple(findings_in(verbs)))


def _verb(element: ET.Element) -> Verb:
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text=text.strip(),
        children=tuple(_verb(child) for child in element),
    )
