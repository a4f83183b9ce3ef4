"""Send digits to a party in the middle of a call (C112)."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.member_commands import find_member, require_known_member
from evovoice.domain.requests import SendDigits
from evovoice.domain.rights import Right, require_right
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import deadline, give_orders
from evovoice.services.calls.idempotency import Keyed, keep_record, recalled
from evovoice.services.calls.typed_digits import Digits, read_digits
from evovoice.services.calls.waiting import wait_until
from evovoice.services.errors import DigitsNotSent, IdempotencyKeyReused
from evovoice.services.outbox.session_changes import OfUser
from evovoice.storage.unit_of_work import Conflict, UnitOfWork


@dataclass(frozen=True, slots=True)
class DigitsRequest:
    """SendDigits as it came in; `call_sid` of the party, or their member id."""

    session_id: str
    call_sid: str
    digits: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    user: User
    request: DigitsRequest
    digits: Digits
    key: str

    @property
    def keyed(self) -> Keyed:
        """The request without the digits, which are kept nowhere, not as a digest either."""
        asked = self.request.session_id, self.request.call_sid
        return Keyed(self.user, Right.SEND_DIGITS.value, self.request.idempotency_key, asked)


def send_digits(context: AppContext, user: User, request: DigitsRequest) -> CallSession:
    """The session once the carrier has asked for the digits, or as it is after six seconds: behind
    others they may have to wait longer.

    Errors: `BadDigits`, the domain's, `CarrierError`, and `DigitsNotSent`.
    """
    started, digits = context.clock(), read_digits(request.digits)
    asked = _Asked(user, request, digits, context.new_id("d"))
    changed = context.changes.apply(OfUser(user, request.session_id), _stored, asked)
    session = give_orders(context, changed)
    member_id = changed.result
    session = wait_until(
        context, session, deadline(context, started), lambda seen: _is_sent(seen, member_id)
    )
    member = require_known_member(session, member_id)
    if member.leg.digits.refused:
        raise DigitsNotSent(member.display_name, member.leg.digits.refused)
    return session


def _stored(work: UnitOfWork, session: CallSession, asked: _Asked, now: datetime) -> str:
    """Keep the digits for the carrier, in the commit that wishes them; the member's id."""
    request = asked.request
    require_right(session, asked.user, Right.SEND_DIGITS)
    known = recalled(work, asked.keyed, now)
    if known is not None:
        return known.member_id
    command = SendDigits(asked.user, request.call_sid, asked.key, asked.digits.seconds)
    handle(session, command, now)
    member = require_known_member(session, request.call_sid)
    where = (session.account_id, session.id)
    work.kept_digits.keep(member.leg.digits.waiting, where, asked.digits.text, now)
    try:
        keep_record(work, asked.keyed, session.id, member.id, now, known)
    except Conflict:
        raise IdempotencyKeyReused from None
    return member.id


def _is_sent(session: CallSession, member_id: str) -> bool:
    member = find_member(session, member_id)
    if member is None or session.has_ended:
        return True
    return not member.leg.digits.waiting and not member.leg.digits.ordered
