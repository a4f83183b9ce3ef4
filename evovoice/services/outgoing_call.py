"""A call that somebody orders by API: a number is called, and ours are rung once it answers.

The published service runs a flow then. There is no flow engine here, so the flow's id is kept
in the log, and whoever picks up is connected as a caller of that number would be.
"""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.opening import NewLeg
from evovoice.domain.settling import settle
from evovoice.domain.values import Account, PhoneNumber, User
from evovoice.services.call_control import PATIENCE, take_from_budget
from evovoice.services.desk import Desk
from evovoice.services.destinations import read_destination, read_from_number
from evovoice.services.errors import BadDestination, BadFromNumber
from evovoice.services.idempotency import promise, recall
from evovoice.storage.unit_of_work import StoredOrder, UnitOfWork


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """NewOutgoingSession as it came in; the numbers as typed."""

    number: str
    caller_id: str | None
    flow_id: str | None
    idempotency_key: str | None = None


def place_call(desk: Desk, user: User, request: PlaceRequest) -> None:
    """Have the carrier call the number. Errors: this floor's, and `CarrierError` where nothing
    will ring; what becomes of the call shows in its session.
    """
    for order in _stored(desk, user, request):
        settled = desk.dispatch.carry_out(order, PATIENCE)
        nothing_rings = settled.session is None or settled.session.has_ended
        if settled.error is not None and nothing_rings:
            raise settled.error


def _stored(desk: Desk, user: User, request: PlaceRequest) -> list[StoredOrder]:
    """Check what was asked for, and store session, log line and order in one commit."""
    now = desk.clock()
    key = request.idempotency_key
    asked = ("NewOutgoingSession", request.number, request.caller_id, request.flow_id)
    with desk.database.writing() as work:
        if recall(work, user, key, asked, now) is not None:
            return []
        session = _session(desk, work, user, request, now)
        promise(work, user, key, asked, session.id, session.calling().id, now)
        settle(session, now)
        return work.sessions.save(session, desk.dispatch.lease())


def _session(
    desk: Desk, work: UnitOfWork, user: User, request: PlaceRequest, now: datetime
) -> CallSession:
    account = work.directory.account(user.account_id)
    if account is None:
        raise BadFromNumber("FromNumberNotOwned", "Your account is gone")
    number = _number(work, account, request.number)
    shown = read_from_number(work, account, request.caller_id, None)
    take_from_budget(desk, work, account.id, user, now)
    return opening.placed(
        account,
        session_id=desk.new_id("s"),
        by=user,
        ids=NewLeg(desk.new_id("m"), desk.new_id("leg")),
        number=number,
        destination=request.number,
        caller_id=shown,
        flow_id=request.flow_id,
        now=now,
    )


def _number(work: UnitOfWork, account: Account, text: str) -> PhoneNumber:
    """A telephone number that we call; our users and SIP addresses have no place here."""
    address = read_destination(work, account, text, frozenset()).address
    if not isinstance(address, PhoneNumber):
        raise BadDestination("InvalidDestination", f"'{text}' is not a telephone number")
    return address
