"""Rows that another version of the program has written and this one cannot read."""

from collections.abc import Iterator
from contextlib import contextmanager

_WRONG_WORD = (LookupError, ValueError, TypeError, AttributeError)


class UnreadableRow(Exception):
    """A row has a word or a document that this version does not know. The text names the row, and
    nothing that it holds.
    """


@contextmanager
def reading_row(name: str) -> Iterator[None]:
    """Tell whatever goes wrong inside as an `UnreadableRow` of that name."""
    try:
        yield
    except _WRONG_WORD as error:
        raise UnreadableRow(f"{name} cannot be read ({type(error).__name__})") from error
