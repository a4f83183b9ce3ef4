"""How much a request may bring, and what no parser or database after us can hold."""

import re

from flask import g, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from evovoice.domain.errors import SessionNotFound

MAX_BODY = 64 * 1024  # bytes
MAX_BATCH = 256 * 1024
MAX_TEXT = 256  # characters in one field
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def allow_batch() -> None:
    """Let the present request bring more than others."""
    g.most = MAX_BATCH
    request.max_content_length = MAX_BATCH + 1


def most_bytes() -> int:
    """How long the present request's body may be."""
    most: int = g.get("most", MAX_BODY)
    return most


def whole_body() -> bytes:
    """The body, up to the limit. Errors: Werkzeug's own for a body too large or broken.

    A body without a stated length is cut off in silence at Werkzeug's limit, so that one lies
    a byte beyond ours. Our worker reads bodies before we do; other servers read them here, and
    raise what they like for broken chunks.
    """
    try:
        raw = request.get_data()
    except HTTPException:
        raise
    except Exception as error:
        raise ClientDisconnected from error
    if len(raw) > most_bytes():
        raise RequestEntityTooLarge
    return raw


def flaw_in_text(value: str, most: int = MAX_TEXT) -> str | None:
    """Why that text cannot be taken into a field; None where it can."""
    if len(value) > most:
        return f"is longer than {most} characters"
    if "\0" in value:
        return "holds the character NUL"
    if _HALF_A_PAIR.search(value):
        return "holds half of a surrogate pair"
    return None


def require_id(session_id: str) -> None:
    """Refuse what cannot be an id before a database has to read it."""
    if not _ID.fullmatch(session_id):
        raise SessionNotFound(session_id)
