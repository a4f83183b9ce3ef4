"""Add somebody to a call: dial them, and make a plain call a conference first."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evovoice import logs
from evovoice.carrier.port import CarrierError, CarrierUnreachable, SessionRef
from evovoice.domain import commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.hunt import HuntStrategy
from evovoice.domain.member import Member
from evovoice.domain.parties import already_there
from evovoice.domain.requests import AddMember
from evovoice.domain.returning import may_return
from evovoice.domain.rights import Right, require_own, require_right
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add_purpose import AddPurpose, PurposeAsked, follow_purpose
from evovoice.services.calls.answer_digits import keep_for_answer, number_and_digits
from evovoice.services.calls.counted_adds import counted_add
from evovoice.services.calls.destinations import read_destination, read_from_number
from evovoice.services.calls.dry_run import Preview, tried
from evovoice.services.calls.hunt import (
    DialTarget,
    HuntAsked,
    add_hunt,
    hunt_for,
    told_of,
    who_is_there,
)
from evovoice.services.calls.idempotency import (
    REFUSALS,
    Keyed,
    keep_record,
    keep_refusal,
    may_pass,
    recalled,
)
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.calls.ringing import member_of, rung, why_not_rung
from evovoice.services.calls.typed_digits import split_extension
from evovoice.services.errors import IdempotencyKeyReused
from evovoice.services.outbox.session_changes import Changed, OfUser, merge_facts
from evovoice.storage.unit_of_work import Conflict, UnitOfWork

_log = logs.get_logger(__name__)
_HEARD_LATELY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class AddRequest:
    """AddConferenceMember as it came in; `destination` and `from_number` as typed."""

    session_id: str
    call_sid: str | None
    destination: str
    from_number: str | None
    idempotency_key: str | None = None
    purpose: AddPurpose = AddPurpose.JOIN
    dry_run: bool = False  # whether to tell only what would happen
    send_digits: str | None = None  # once the party has answered
    destinations: tuple[DialTarget, ...] = ()  # instead of `destination`
    strategy: HuntStrategy = HuntStrategy.SEQUENTIAL
    human_only: bool = False  # a voicemail that answers at one of `destinations` is nobody (C120)


@dataclass(frozen=True, slots=True)
class _Add:
    """An add with what it needs of the service: who asks, ids for the new party, and limits."""

    context: AppContext
    user: User
    request: AddRequest
    asked: bool = False  # whether the carrier was asked for a party who is there already

    @property
    def keyed(self) -> Keyed:
        """The request with its Idempotency-Key."""
        request = self.request
        number, _ = split_extension(request.destination)  # the digits are kept nowhere
        asked = (
            request.session_id, request.call_sid, number, request.from_number,
            *told_of(request.destinations, request.strategy, human_only=request.human_only),
        )  # fmt: skip
        return Keyed(self.user, request.purpose.value, request.idempotency_key, asked)


class _MayHaveLeft(Exception):
    """Somebody adds a party who is connected, as far as is known, and was not heard of lately."""

    def __init__(self, session: CallSession, member: Member) -> None:
        super().__init__(member.id)
        self.session = session
        self.member = member


def add_member(context: AppContext, user: User, request: AddRequest) -> CallSession:
    """Dial somebody into the call; a plain call becomes a conference first. That the user hands
    the call over is stored in the same commit.

    Answers with the session once the carrier has accepted the order, after 10 s at most;
    it never waits for the party to answer. Errors: the domain's, those of services, and
    `CarrierError` where nothing will ring.
    """
    with counted_add():
        return _added(context, user, request)


def preview_add(context: AppContext, user: User, request: AddRequest) -> Preview:
    """What that add would do; nothing is dialled and nothing stored, and no key is looked at.

    Errors: those of `add_member` that are no answer of the carrier. Who is in the call as far as
    is known counts as there: the carrier is not asked.
    """
    add = _Add(context, user, replace(request, idempotency_key=None), asked=True)
    return tried(
        context,
        OfUser(user, request.session_id),
        lambda work, session, now: _add(work, session, add, now),
    )


def _added(context: AppContext, user: User, request: AddRequest) -> CallSession:
    started, add = context.clock(), _Add(context, user, request)
    try:
        changed = _stored(add)
    except REFUSALS as error:
        keep_refusal(context, add.keyed, error)
        raise
    return rung(context, changed, changed.result, started)


def _stored(add: _Add) -> Changed[str]:
    """The add in the session. A party who may have left is asked about first, outside of the
    transaction; where the carrier cannot be asked, what is known counts.
    """
    context, target = add.context, OfUser(add.user, add.request.session_id)
    try:
        return context.changes.apply(target, _add, add)
    except _MayHaveLeft as doubt:
        _look(context, doubt.session, doubt.member)
    return context.changes.apply(target, _add, replace(add, asked=True))


def _look(context: AppContext, session: CallSession, member: Member) -> None:
    conference, availability = session.current_conference(), context.dispatch.availability
    sid = conference.conference_sid if conference else None
    if not availability.may_be_tried():
        return
    try:
        with availability.learning():
            facts = context.carrier.look_up(member.leg.id, member.leg.call_sid or "", sid)
    except CarrierError as error:
        _log.warning(
            "The carrier could not be asked about a party", error=str(error), code=error.code,
            status=error.status, leg_id=member.leg.id, follows="they count as connected",
        )  # fmt: skip
        return
    ref = SessionRef(session.account_id, session.id)
    context.dispatch.hand_over(context.changes.apply(ref, merge_facts, facts).orders)


def _may_have_left(session: CallSession, member: Member, now: datetime) -> bool:
    heard = [at for at in (member.leg.answered_at, session.verified_at) if at is not None]
    is_old = not heard or now - max(heard) > _HEARD_LATELY
    return is_old and member.leg.call_sid is not None and session.is_connected(member)


def _add(work: UnitOfWork, session: CallSession, add: _Add, now: datetime) -> str:
    """Guard the command and add the member, unless they are there; the member's id."""
    context, user, request = add.context, add.user, add.request
    require_right(session, user, Right(request.purpose.value))
    require_own(session, user, request.call_sid)
    commands.require_not_ended(session)
    known = recalled(work, add.keyed, now)
    if known is not None and not may_be_tried_again(context, session, known.member_id):
        return known.member_id
    member_id = _added_one(work, session, add, now)
    try:
        keep_record(work, add.keyed, session.id, member_id, now, known)
    except Conflict:
        raise IdempotencyKeyReused from None
    return member_id


def _added_one(work: UnitOfWork, session: CallSession, add: _Add, now: datetime) -> str:
    """The new party, or who is there already."""
    context, user, request = add.context, add.user, add.request
    if request.destinations:
        commands.require_can_add(session, user, request.call_sid)
        commands.require_open_conference(session)
        return _hunted(work, session, add, now)
    returns = may_return(session, user)
    if not returns:
        commands.require_can_add(session, user, request.call_sid)
    commands.require_open_conference(session)
    number, digits = number_and_digits(request.destination, request.send_digits)
    command = _command(context, work, session, user, replace(request, destination=number))
    if returns and command.user_id != user.id:  # only their own device
        commands.require_can_add(session, user, request.call_sid)
    there = already_there(session, command.address, command.user_id)
    if there is not None and not add.asked and _may_have_left(session, there, now):
        raise _MayHaveLeft(session, there)
    if there is None:
        _require_carrier(context, session)
        commands.require_capacity(session, context.max_members, context.max_pending)
        there = commands.add_member(session, command, now)
        take_from_budget(context, work, session.account_id, user, now, command.user_id)
        if digits is not None:
            keep_for_answer(context, work, session, there, digits, now)
    follow_purpose(context, work, session, _asked(add, there.id, command), now)
    return there.id


def _hunted(work: UnitOfWork, session: CallSession, add: _Add, now: datetime) -> str:
    """The party who is tried at several destinations."""
    context, user, request = add.context, add.user, add.request
    asked = HuntAsked(
        user, request.destinations, request.strategy, request.from_number, request.send_digits,
        request.human_only,
    )  # fmt: skip
    hunt = hunt_for(context, work, session, asked, now)
    there = who_is_there(session, hunt)
    if there is not None:
        return there.id
    _require_carrier(context, session)
    return add_hunt(context, work, session, asked, hunt, now).id


def _asked(add: _Add, member_id: str, command: AddMember) -> PurposeAsked:
    request, shown = add.request, str(command.from_number)
    return PurposeAsked(
        add.user, request.purpose, request.call_sid, command.destination, member_id, shown
    )


def _require_carrier(context: AppContext, session: CallSession) -> None:
    """The dial would wait for the call to be a conference, and nobody hears of that now (C88)."""
    if session.is_converting and context.dispatch.availability.is_away():
        raise CarrierUnreachable("The carrier cannot be reached")


def may_be_tried_again(context: AppContext, session: CallSession, member_id: str) -> bool:
    """Whether the earlier try came to nothing for a reason that may have passed."""
    if not member_id:
        return True
    error = why_not_rung(context, session, member_of(session, member_id))
    return error is not None and may_pass(error)


def _command(
    context: AppContext, work: UnitOfWork, session: CallSession, user: User, request: AddRequest
) -> AddMember:
    account = work.directory.account(session.account_id)
    if account is None:
        raise SessionNotFound(session.id)
    target = read_destination(work, account, request.destination, context.sip_hosts)
    shown = read_from_number(work, account, request.from_number, session)
    return AddMember(
        by=user,
        member_id=context.new_id("m"),
        leg_id=context.new_id("leg"),
        address=target.address,
        display_name=target.display_name,
        from_number=shown,
        destination=request.destination,
        user_id=target.user.id if target.user else None,
    )
