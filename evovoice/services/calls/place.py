"""Calls that the carrier places for us: a number that somebody orders by API, and whom an agent
calls from their own device, which is rung first.

For the first the published service runs a flow. There is no flow engine here, so the flow's id is
kept in the log, and whoever picks up is connected as a caller of that number would be.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.opening import NewLeg
from evovoice.domain.values import Account, User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.answer_digits import number_and_digits
from evovoice.services.calls.destinations import (
    read_from_number,
    read_number_to_dial,
    read_other_party,
)
from evovoice.services.calls.idempotency import Keyed
from evovoice.services.calls.placing import Placing, have_placed
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.errors import BadFromNumber
from evovoice.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """NewOutgoingSession as it came in; the numbers as typed."""

    number: str
    caller_id: str | None
    flow_id: str | None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class AgentCallRequest:
    """PlaceCall as it came in: whom the agent calls, and the number to show, as typed."""

    destination: str
    from_number: str | None
    idempotency_key: str | None = None


def place_call(context: AppContext, user: User, request: PlaceRequest) -> None:
    """Have the carrier call the number. Errors: those of services, and `CarrierError` where nothing
    will ring; what becomes of the call shows in its session.
    """

    def opened(work: UnitOfWork, now: datetime) -> CallSession:
        return _with_number(context, work, user, request, now)

    asked = "NewOutgoingSession", request.number, request.caller_id, request.flow_id
    keyed = Keyed(user, "NewOutgoingSession", request.idempotency_key, asked)
    with suppress(SessionNotFound):  # it was placed before, and its session is deleted since
        have_placed(Placing(context, keyed, opened))


def place_agents_call(context: AppContext, user: User, request: AgentCallRequest) -> CallSession:
    """Ring the user's own device and, once it is answered, whom they call (C100). Errors: as of
    `place_call`; `BadDigits`; `SessionNotFound` where the same request led to a session that is
    deleted by now.
    """
    number, digits = number_and_digits(request.destination, None)

    def opened(work: UnitOfWork, now: datetime) -> CallSession:
        return _with_agent(context, work, user, replace(request, destination=number), now)

    asked = "PlaceCall", number, request.from_number  # the digits are kept nowhere
    keyed = Keyed(user, "PlaceCall", request.idempotency_key, asked)
    return have_placed(Placing(context, keyed, opened, digits))


def _account(work: UnitOfWork, user: User) -> Account:
    account = work.directory.account(user.account_id)
    if account is None:
        raise BadFromNumber("FromNumberNotOwned", "Your account is gone")
    return account


def _with_number(
    context: AppContext, work: UnitOfWork, user: User, request: PlaceRequest, now: datetime
) -> CallSession:
    account = _account(work, user)
    number = read_number_to_dial(account, request.number)
    shown = read_from_number(work, account, request.caller_id, None)
    take_from_budget(context, work, account.id, user, now, None)
    return opening.placed(
        account,
        session_id=context.new_id("s"),
        by=user,
        ids=_new_leg(context),
        number=number,
        destination=request.number,
        caller_id=shown,
        flow_id=request.flow_id,
        now=now,
    )


def _with_agent(
    context: AppContext, work: UnitOfWork, user: User, request: AgentCallRequest, now: datetime
) -> CallSession:
    account = _account(work, user)
    target = read_other_party(work, account, user, request.destination, context.sip_hosts)
    shown = read_from_number(work, account, request.from_number, None)
    user_id = target.user.id if target.user else None
    take_from_budget(context, work, account.id, user, now, user_id)
    session = opening.placed_by_agent(
        account,
        session_id=context.new_id("s"),
        agent=user,
        agent_ids=_new_leg(context),
        destination=request.destination,
        caller_id=shown,
        now=now,
    )
    ids = _new_leg(context)
    opening.dial_first(session, ids, target.address, target.display_name, user_id)
    return session


def _new_leg(context: AppContext) -> NewLeg:
    return NewLeg(context.new_id("m"), context.new_id("leg"))
