"""A row that another version wrote stops nothing but itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from evovoice.storage.unit_of_work import UnreadableRow

_log = logging.getLogger(__name__)


@contextmanager
def logged_if_unreadable() -> Iterator[None]:
    """Go on after a row that this version cannot read, with an error in the log that names it."""
    try:
        yield
    except UnreadableRow as error:
        _log.error("%s: it is passed over, and others go on", error)
