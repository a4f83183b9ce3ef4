"""What every line of one request or one background task carries: request_id, session_id, leg_id,
call_sid, user_id, account_id, each as far as it is known.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

Known = Mapping[str, Any]


def bind(**fields: object) -> None:
    """Have the lines to come carry these; what is None is not known and changes nothing."""
    bind_contextvars(**{name: value for name, value in fields.items() if value is not None})


def known() -> Known:
    """All that lines carry now; to be handed to another thread, or put back by `only`."""
    return get_contextvars()


def only(fields: Known) -> None:
    """Have the lines to come carry these and nothing else."""
    clear_contextvars()
    bind_contextvars(**fields)


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Inside, lines carry these too. Whatever is bound inside is forgotten afterwards."""
    before = get_contextvars()
    bind(**fields)
    try:
        yield
    finally:
        only(before)
