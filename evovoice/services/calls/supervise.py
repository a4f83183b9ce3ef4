"""Supervise a live call: monitor it, coach one party, or barge in (contract C102)."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import require_live
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.requests import AddMember
from evovoice.domain.rights import Right, require_right
from evovoice.domain.states import SupervisionMode
from evovoice.domain.supervision_commands import Supervise, own_supervisor, supervise
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add import may_be_tried_again
from evovoice.services.calls.command_runner import wait_for_wishes
from evovoice.services.calls.destinations import read_from_number
from evovoice.services.calls.idempotency import (
    REFUSALS,
    Keyed,
    keep_record,
    keep_refusal,
    recalled,
)
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.calls.ringing import rung
from evovoice.services.errors import IdempotencyKeyReused
from evovoice.services.outbox.session_changes import OfUser
from evovoice.services.session_access import visible_accounts
from evovoice.storage.unit_of_work import Conflict, UnitOfWork

_MOST_LIVE = 500  # sessions in one list


@dataclass(frozen=True, slots=True)
class SuperviseRequest:
    """SuperviseSession as it came in; `call_sid`: whom to coach."""

    session_id: str
    mode: SupervisionMode
    call_sid: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    context: AppContext
    user: User
    request: SuperviseRequest

    @property
    def keyed(self) -> Keyed:
        """The request with its Idempotency-Key."""
        request = self.request
        asked = request.session_id, request.mode.value, request.call_sid
        return Keyed(self.user, Right.SUPERVISE.value, request.idempotency_key, asked)


@dataclass(frozen=True, slots=True)
class _Done:
    """Which member supervises, and whether the answer is that of ringing their device."""

    member_id: str
    is_rung: bool


def supervise_session(context: AppContext, user: User, request: SuperviseRequest) -> CallSession:
    """Ring the user's own device into the call, unheard from the first moment, or change how it
    takes part there. Repeated, it rings nobody twice, by the same key also once it is over (C81).

    Errors: the domain's, those of services, and `CarrierError` where nothing will ring.
    """
    started = context.clock()
    wish = _Wish(context, user, request)
    try:
        changed = context.changes.apply(OfUser(user, request.session_id), _supervised, wish)
    except REFUSALS as error:
        keep_refusal(context, wish.keyed, error)
        raise
    done = changed.result
    if done.is_rung:
        return rung(context, changed, done.member_id, started)
    return wait_for_wishes(context, changed, started)


def live_sessions(
    context: AppContext, user: User, account_ids: tuple[str, ...]
) -> list[CallSession]:
    """Sessions of the accounts that the user sees which have not ended, newest first, at most
    500.
    """
    with context.database.reading() as work:
        keys = work.session_lists.live(visible_accounts(user, account_ids), _MOST_LIVE)
        found = work.sessions.several(keys)
    return [found[key] for key in keys if key in found]


def _supervised(work: UnitOfWork, session: CallSession, wish: _Wish, now: datetime) -> _Done:
    context, user, request = wish.context, wish.user, wish.request
    require_right(session, user, Right.SUPERVISE)
    require_live(session)
    known = recalled(work, wish.keyed, now)
    if known is not None and not may_be_tried_again(context, session, known.member_id):
        return _Done(known.member_id, is_rung=True)
    account = work.directory.account(session.account_id)
    if account is None:
        raise SessionNotFound(session.id)
    is_new = own_supervisor(session, user.id) is None
    add = AddMember(
        by=user,
        member_id=context.new_id("m"),
        leg_id=context.new_id("leg"),
        address=user.address,
        display_name=user.name,
        from_number=read_from_number(work, account, None, session),
        destination=user.id,
        user_id=user.id,
    )
    is_hidden, most = account.hides_supervisors, context.max_members
    command = Supervise(add, request.mode, request.call_sid, is_hidden, most)
    member = supervise(session, command, now)
    if is_new:
        take_from_budget(context, work, session.account_id, user, now, user.id)
    try:
        keep_record(work, wish.keyed, session.id, member.id, now, known)
    except Conflict:
        raise IdempotencyKeyReused from None
    return _Done(member.id, is_new)
