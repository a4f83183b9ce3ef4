"""Chooses the format of the response (C14-C18); whatever a client sends, one is chosen."""

from flask import request

from evovoice.web.servicestack.addresses import Address, address
from evovoice.web.servicestack.formats.kinds import KNOWN_AS, Format, named

_ACCEPTED_FIRST = (Format.JSON, Format.XML, Format.JSV)
_PAGE = "text/html"


def chosen_format() -> Format:
    """What the present request wants to be answered in."""
    here = address()
    if here.suffix is None and not request.query_string:  # the usual case
        return here.prefix or (_accepted() if here.is_rest else Format.JSON)
    return _of_query(here) or Format.JSON


def wants_page() -> bool:
    """Whether a browser asks for something to show; programs do not name HTML (C18)."""
    return _PAGE in _named_in(request.headers.get("Accept", ""))


def _of_query(here: Address) -> Format | None:
    asked = _asked()
    if here.is_rest:
        return here.suffix or asked or _accepted()
    return asked or here.suffix or here.prefix


def _asked() -> Format | None:
    """`callback` before `format`; a name that is none of ours says nothing."""
    words = {name.lower(): value for name, value in request.args.items()}
    if "callback" in words:
        return Format.JSON
    return named(words.get("format", ""))


def _accepted() -> Format:
    header = request.headers.get("Accept")
    return accepted(header, request.mimetype) if header else Format.JSON


def accepted(header: str, own_type: str) -> Format:
    """What that Accept header leads to, for a body of that type (C16-C18)."""
    names = _named_in(header)
    own = KNOWN_AS.get(own_type)
    if _PAGE in names:
        return Format.JSON
    wanted = {KNOWN_AS[name] for name in names & KNOWN_AS.keys()}
    first = [one for one in _ACCEPTED_FIRST if one in wanted]
    if first:
        return own if own in first else first[0]
    if "*/*" in names:
        return own or Format.JSON
    return Format.CSV if Format.CSV in wanted else Format.JSON


def _named_in(header: str) -> set[str]:
    return {part.partition(";")[0].strip().lower() for part in header.split(",")}
