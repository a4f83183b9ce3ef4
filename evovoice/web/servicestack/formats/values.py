"""What all readers share: the values a body may hold, and how deep and how wide it may be."""

from typing import TypeAlias

from evovoice.web.refusals import UnreadableBody

MAX_DEPTH = 32
MAX_FIELDS = 1000

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"


def decoded(raw: bytes, part: str) -> str:
    """The text of a body, without the mark some editors put first. Errors: `UnreadableBody`."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableBody(f"not UTF-8 at byte {error.start}", part) from None


def too_deep(part: str) -> UnreadableBody:
    """The refusal of what nests without end."""
    return UnreadableBody(f"nested deeper than {MAX_DEPTH} levels", part)


def without_nul(text: str, part: str) -> str:
    """That text, which parsers may be given. Errors: `UnreadableBody`."""
    if "\0" in text:
        raise UnreadableBody(f"holds the character NUL at {text.index(chr(0))}", part)
    return text
