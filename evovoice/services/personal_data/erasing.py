"""Erases the personal data of sessions that are over, one session in one transaction."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from itertools import islice

from evovoice.carrier.port import SessionRef
from evovoice.domain import erasure
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.services.audit import record
from evovoice.services.personal_data.search import (
    Stored,
    note_asked,
    search_for,
    sessions_with,
)
from evovoice.storage.unit_of_work import SessionKey, UnitOfWork, UnreadableRow

_log = logging.getLogger(__name__)


class Outcome(Enum):
    """What came of one session."""

    ERASED = auto()
    NOTHING_TO_ERASE = auto()  # it was erased before, or deleted meanwhile
    LEFT = auto()  # it goes on, or may turn out to


@dataclass(slots=True)
class Erasure:
    """What was found of a number, and what came of it. `left`: ids of sessions that still have it,
    since they go on or ended a short while ago; `has_more`: others were not looked at yet.
    """

    found: int = 0
    erased: int = 0
    left: list[str] = field(default_factory=list)
    has_more: bool = False

    def count(self, key: SessionKey, outcome: Outcome) -> None:
        """Add what came of one more session."""
        self.found += outcome is not Outcome.NOTHING_TO_ERASE
        self.erased += outcome is Outcome.ERASED
        if outcome is Outcome.LEFT:
            self.left.append(key.session_id)


def erase_number(
    stored: Stored, number: str, account_id: str | None, by: str | None = None, *,
    is_tried: bool = False, most: int | None = None,
) -> Erasure:  # fmt: skip
    """Erase the sessions in which the party with that number or SIP address stands, `most` at once;
    if it is only tried, nothing changes. `account_id` as in `PartySearch`; `by`: id of the user.

    Errors: `AccountNotFound`, `BadDestination`.
    """
    search, done = search_for(stored, number, account_id), Erasure()
    keys = sessions_with(stored, search)
    if not is_tried:
        note_asked(stored, "personal_data.erasure_asked", search)
        with stored.database.writing() as work:
            work.destinations.forget_party(sorted(search.party.addresses), search.account_id)
    for key in islice(keys, most):
        done.count(key, _outcome(stored, key, by, is_tried=is_tried))
    done.has_more = next(keys, None) is not None
    if not is_tried:
        _log.info("Personal data of %d sessions are erased for %s", done.erased, by or "a command")
    return done


def erase_session(stored: Stored, key: SessionKey, by: str | None = None) -> Outcome:
    """Erase it for good, whoever stands in it; again it changes nothing. `by`: id of the user who
    asked for it.
    """
    try:
        return stored.changes.apply(SessionRef(*key), _erase, by).result
    except SessionNotFound:
        return Outcome.NOTHING_TO_ERASE


def _outcome(stored: Stored, key: SessionKey, by: str | None, *, is_tried: bool) -> Outcome:
    """What comes of it; of one that is only tried, what would."""
    try:
        return _tried(stored, key) if is_tried else erase_session(stored, key, by)
    except UnreadableRow as error:
        _log.error("%s: its personal data are left", error)
        return Outcome.LEFT


def _tried(stored: Stored, key: SessionKey) -> Outcome:
    with stored.database.reading() as work:
        session = work.sessions.get(key.session_id, key.account_id)
        if session is None:
            return Outcome.NOTHING_TO_ERASE
        return _judge(work, session, stored.clock())


def _erase(work: UnitOfWork, session: CallSession, by: str | None, now: datetime) -> Outcome:
    outcome = _judge(work, session, now)
    if outcome is Outcome.ERASED:
        work.sessions.erase_log(session.account_id, session.id)
        work.personal_data.forget_orders(session.account_id, session.id)
        erasure.erase(session, now, by)
        record(work, "personal_data.erased", session.id, session.account_id, now=now)
    return outcome


def _judge(work: UnitOfWork, session: CallSession, now: datetime) -> Outcome:
    if session.erased_at is not None:
        return Outcome.NOTHING_TO_ERASE
    is_busy = work.personal_data.has_open_orders(session.account_id, session.id)
    if is_busy or not erasure.is_surely_over(session, now):
        return Outcome.LEFT
    return Outcome.ERASED
