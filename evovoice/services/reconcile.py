"""The only repair path: asks the carrier about sessions that were silent too long, and feeds
its answers in as facts.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from evovoice import logs
from evovoice.carrier.port import CarrierError, SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.hanging_up import give_up_queued, reissue_hangups
from evovoice.domain.holding import release_once_more
from evovoice.domain.hunt_parties import is_answerer_untold
from evovoice.domain.looking import mark_as_asked, note_look
from evovoice.domain.member import Member
from evovoice.domain.messages import LOOK, Fact, LegEnded, LegPresence, LegProgressed
from evovoice.domain.room_claim import room_name_of
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import DatabaseUnavailable, UnitOfWork, UnreadableRow

_log = logging.getLogger(__name__)
_AGAIN_AFTER = timedelta(seconds=30)  # if this process dies with the answers
_PUT_ASIDE = timedelta(hours=1)  # a session that another version wrote and this one cannot read


@dataclass(frozen=True, slots=True)
class _Look:
    """What the carrier answered, and why it did not answer the rest, if there was any."""

    facts: tuple[Fact, ...]
    error: CarrierError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing stayed without an answer."""
        return self.error is None


def reconcile(context: AppContext) -> int:
    """Begin to check the sessions that are overdue, as many as this process can ask about at once;
    how many those are.

    Each is claimed first, so that neither the next round nor another process asks the same.
    """
    room = context.looks.room
    if not room:
        return 0
    with context.database.autocommit() as work:
        overdue = work.sessions.overdue(context.clock(), room)
    refs = [ref for ref in (SessionRef(*key) for key in overdue) if _claim(context, ref)]
    for ref in refs:
        context.looks.begin(partial(_check, context, ref))
    return len(refs)


def _claim(context: AppContext, ref: SessionRef) -> bool:
    now = context.clock()
    with context.database.writing() as work:
        return work.sessions.claim_check(ref.account_id, ref.session_id, now, now + _AGAIN_AFTER)


def _check(context: AppContext, ref: SessionRef) -> None:
    with logs.about(session_id=ref.session_id, account_id=ref.account_id):
        _check_alone(context, ref)


def _check_alone(context: AppContext, ref: SessionRef) -> None:
    try:
        _ask(context, ref)
    except DatabaseUnavailable:
        _log.warning("Session %s is asked about again: the database is away", ref.session_id)
    except UnreadableRow as error:
        _log.error("%s: it is asked about in an hour, and others are in their turn", error)
        _put_aside(context, ref)


def _put_aside(context: AppContext, ref: SessionRef) -> None:
    """From when the claim of this check ends, which may have been in vain."""
    now = context.clock()
    with context.database.writing() as work:
        work.sessions.claim_check(
            ref.account_id, ref.session_id, now + _AGAIN_AFTER, now + _PUT_ASIDE
        )


def _ask(context: AppContext, ref: SessionRef) -> None:
    with context.database.reading() as work:
        session = work.sessions.get(ref.session_id, ref.account_id)
    if session is None:
        return
    look = _look(context, session)
    with suppress(SessionNotFound):
        changed = context.changes.apply(ref, _take_in, look)
        if look.error is not None:
            _warn(look.error, changed.session)
        context.dispatch.hand_over(changed.orders)


def _warn(error: CarrierError, session: CallSession) -> None:
    check = session.next_check
    logs.get_logger(__name__).warning(
        "The carrier could not be asked about a session", error=str(error), code=error.code,
        status=error.status, follows=f"asked again at {check:%H:%M:%S} UTC" if check else "nothing",
    )  # fmt: skip


def _look(context: AppContext, session: CallSession) -> _Look:
    """What the carrier told until it could not be asked any more."""
    facts: list[Fact] = []
    try:
        with context.dispatch.availability.learning():
            for found in _questions(context, session, facts):
                facts += found
    except CarrierError as error:
        return _Look(tuple(facts), error)
    return _Look(tuple(facts))


def _questions(
    context: AppContext, session: CallSession, told: list[Fact]
) -> Iterator[tuple[Fact, ...]]:
    """The conference first: one question tells that all who are inside live, and how. Then every
    other leg, and those of whom no answer was reported, or not who it was: their call knows. `told`
    has what was answered so far.
    """
    conference = session.current_conference()
    inside = _ask_about_conference(context, session, conference)
    yield inside
    seen = {fact.call_sid for fact in inside if isinstance(fact, LegPresence)}
    unknown, now = {}, context.clock()
    for member in session.members:
        if session.is_over(member) and not session.is_doubted(member, now):
            continue
        if member.leg.call_sid is None:
            if member.is_original and not member.is_calling:
                unknown[str(member.address)] = member.leg.id
        elif member.leg.call_sid not in seen or _is_asked_alone(session, member):
            yield _ask_about_leg(context, member, conference, seen)
    if unknown and session.root_call_sid is not None:
        yield context.carrier.look_up_dialled(session.root_call_sid, unknown)
    yield _ask_about_move(context, session, told)


def _is_asked_alone(session: CallSession, member: Member) -> bool:
    return session.is_pending(member) or is_answerer_untold(session, member)


def _ask_about_conference(
    context: AppContext, session: CallSession, conference: Conference | None
) -> tuple[Fact, ...]:
    if conference is None or conference.closed:
        return ()
    legs = {m.leg.call_sid: m.leg.id for m in session.members if m.leg.call_sid is not None}
    return context.carrier.look_up_conference(conference.conference_sid, legs)


def _ask_about_leg(
    context: AppContext, member: Member, conference: Conference | None, seen: set[str]
) -> tuple[Fact, ...]:
    """How that leg is; one that lives and is not listed with the others has left the conference."""
    call_sid = member.leg.call_sid
    assert call_sid is not None, "only a leg with a call SID is asked about"  # noqa: S101
    room = conference.conference_sid if conference else None
    facts = context.carrier.look_up(member.leg.id, call_sid, room)
    if not seen or call_sid in seen or conference is None or not conference.holds(call_sid):
        return facts
    lives = [fact for fact in facts if isinstance(fact, LegProgressed)]
    outside = [
        LegPresence(member.leg.id, call_sid, conference.conference_sid, LOOK, inside=False,
                    held=False, muted=False, at=fact.at)
        for fact in lives
    ]  # fmt: skip
    return (*facts, *outside)


def _ask_about_move(
    context: AppContext, session: CallSession, told: list[Fact]
) -> tuple[Fact, ...]:
    """Who is in which conference by now, where their own reports have not come."""
    if not session.is_converting and not _is_left_alone(session, told):
        return ()
    legs = {m.leg.call_sid: m.leg.id for m in session.members if m.leg.call_sid}
    name = session.room_name or room_name_of(session.id)
    return context.carrier.look_into_rooms(name, legs)


def _is_left_alone(session: CallSession, told: list[Fact]) -> bool:
    """Whether the calling leg outlives its dial: with the database away it was answered with the
    conference, by a process that could not tell of it.
    """
    calling = session.calling().leg
    lives = any(isinstance(fact, LegProgressed) and fact.leg_id == calling.id for fact in told)
    ended = {fact.leg_id for fact in told if isinstance(fact, LegEnded)}
    others = [m.leg for m in session.dialled() if m.leg.end is None]
    return session.is_plain and lives and all(leg.id in ended for leg in others)


def _take_in(work: UnitOfWork, session: CallSession, look: _Look, now: datetime) -> None:
    told = len(session.events)
    observe(session, look.facts, now)
    mark_as_asked(session, told)
    note_look(session, now, complete=look.is_complete)
    if look.is_complete:
        open_orders = work.outbox.open_of(session.account_id, session.id)
        reissue_hangups(session, now, [stored.order for stored in open_orders])
        give_up_queued(session, now)
        release_once_more(session, now)
