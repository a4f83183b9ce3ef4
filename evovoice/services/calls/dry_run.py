"""What an add would do, found out by doing it and undoing all of it (C107)."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from evovoice.domain.call_session import CallSession
from evovoice.domain.hunt_parties import addresses, hunt_of
from evovoice.domain.member import Member
from evovoice.domain.states import LegProgress
from evovoice.domain.values import PhoneNumber
from evovoice.services.app_context import AppContext
from evovoice.services.outbox.session_changes import OfUser
from evovoice.services.typed_addresses import country_of
from evovoice.storage.unit_of_work import UnitOfWork


class _Add(Protocol):
    """Adds somebody inside a transaction; the member's id."""

    def __call__(self, work: UnitOfWork, session: CallSession, now: datetime) -> str: ...


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: `session` as it is, whom the add would ring and how, and what is left.

    `members_left` and `pending_left`: parties that may still be added after that one; `queued`: who
    was added to this call before and does not ring yet.
    """

    session: CallSession
    member: Member
    is_there: bool
    country: str | None
    members_left: int
    pending_left: int
    queued: int
    carrier_is_away: bool
    destinations: tuple[str, ...] = ()  # of several, all that would be tried, in their order


class _Undone(Exception):
    """Ends the transaction of an add without storing anything of it."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("An add was tried only")
        self.preview = preview


def tried(context: AppContext, target: OfUser, add: _Add) -> Preview:
    """What `add` would do to that session. Nothing is stored, ordered or taken from a budget.

    Errors: those of `add`, which the same request would be refused with in earnest.
    """
    try:
        context.changes.apply(target, _try, (context, add))
    except _Undone as undone:
        return undone.preview
    raise AssertionError("a transaction that raises was committed")


def _try(
    work: UnitOfWork, session: CallSession, trial: tuple[AppContext, _Add], now: datetime
) -> None:
    context, add = trial
    before = deepcopy(session)
    member_id = add(work, session, now)
    member = next(m for m in session.members if m.id == member_id)
    raise _Undone(_preview(context, before, session, member))


def _preview(
    context: AppContext, before: CallSession, after: CallSession, member: Member
) -> Preview:
    connected, pending = after.parties()
    number = member.address if isinstance(member.address, PhoneNumber) else None
    return Preview(
        session=before,
        member=member,
        is_there=any(m.id == member.id for m in before.members),
        country=country_of(number) if number else None,
        members_left=max(0, context.max_members - len(connected) - len(pending)),
        pending_left=max(0, context.max_pending - len(pending)),
        queued=sum(m.leg.progress is LegProgress.QUEUED for m in before.pending()),
        carrier_is_away=context.dispatch.availability.is_away(),
        destinations=_destinations(after, member),
    )


def _destinations(session: CallSession, member: Member) -> tuple[str, ...]:
    hunt = hunt_of(session, member.id)
    return tuple(addresses(session, hunt)) if hunt else ()
