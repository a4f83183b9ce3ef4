"""What is kept of one outside party, for whoever they ask what that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.services.personal_data.search import (
    PartySearch,
    Stored,
    note_asked,
    search_for,
    sessions_with,
)
from evovoice.services.unreadable_rows import logged_if_unreadable
from evovoice.storage.unit_of_work import ChosenParty, SessionKey, UnitOfWork

_MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A session in which the party stands: as which members, and what its log says of the call
    and of them. Lines of other members are not theirs to see.
    """

    session: CallSession
    members: list[Member]
    lines: list[tuple[int, SessionEvent]]


def export_number(
    stored: Stored, number: str, account_id: str | None, first: int = 0
) -> Iterator[Kept]:
    """What is kept of the party with that number or SIP address, from the session of that place on;
    `account_id` as in `PartySearch`. Errors, before the first: `AccountNotFound`, `BadDestination`.
    """
    search = search_for(stored, number, account_id)
    note_asked(stored, "personal_data.exported", search)
    return _exported(stored, search, islice(sessions_with(stored, search), first, None))


def favorites_with(stored: Stored, number: str, account_id: str | None) -> list[ChosenParty]:
    """Whose favorite the party is, and by which name. Errors: as of `export_number`."""
    search = search_for(stored, number, account_id)
    with stored.database.reading() as work:
        return work.destinations.chosen(sorted(search.party.addresses), search.account_id)


def _exported(stored: Stored, search: PartySearch, keys: Iterator[SessionKey]) -> Iterator[Kept]:
    """Of those sessions that are there and are not erased."""
    for key in keys:
        kept = None
        with logged_if_unreadable(), stored.database.reading() as work:
            kept = _kept(work, search, key)
        if kept is not None:
            yield kept


def _kept(work: UnitOfWork, search: PartySearch, key: SessionKey) -> Kept | None:
    session = work.sessions.get(key.session_id, key.account_id)
    if session is None or session.erased_at is not None:
        return None
    theirs = [m for m in session.members if _is_theirs(search, m)]
    ids = {member.id for member in theirs}
    sids = {member.leg.call_sid for member in theirs}
    others = {m.leg.call_sid for m in session.members} - sids
    lines = work.sessions.events(key.account_id, key.session_id, 0, _MOST_LINES)
    return Kept(session, theirs, [
        (number, line) for number, line in lines
        if (line.member_id is None or line.member_id in ids)
        and (line.call_sid is None or line.call_sid not in others or line.member_id in ids)
    ])  # fmt: skip


def _is_theirs(search: PartySearch, member: Member) -> bool:
    return not member.is_our_user and str(member.address) in search.party.addresses
