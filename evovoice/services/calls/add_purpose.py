"""What somebody is added for, and what that means for the others, in the same commit as the add."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.requests import HandOver, StartTransfer
from evovoice.domain.transfer import Substitute, TransferPlan
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import UnitOfWork


class AddPurpose(StrEnum):
    """What the new party is rung for, by the operation of the API that asks it."""

    JOIN = "AddConferenceMember"
    HAND_OVER = "RedirectSession"
    CONSULT = "StartTransfer"


@dataclass(frozen=True, slots=True)
class PurposeAsked:
    """Who wants that of which party; `destination` as typed, `from_number` the one to show."""

    user: User
    purpose: AddPurpose
    call_sid: str | None
    destination: str
    member_id: str
    from_number: str


def follow_purpose(
    context: AppContext, work: UnitOfWork, session: CallSession, asked: PurposeAsked, now: datetime
) -> None:
    """Hold the others, or have the user leave, for the party that is there now. Errors: those of
    the command.
    """
    if asked.purpose is AddPurpose.JOIN:
        return
    plan, member = plan_of(context, work, session, asked.from_number), asked.member_id
    if asked.purpose is AddPurpose.CONSULT:
        handle(session, StartTransfer(asked.user, asked.call_sid, member, plan), now)
    else:
        handle(session, HandOver(asked.user, asked.destination, member, plan), now)


def plan_of(
    context: AppContext, work: UnitOfWork, session: CallSession, from_number: str
) -> TransferPlan:
    """All that may be needed once nobody is there to ask: ids, and the account's numbers.
    `from_number`: what those who are rung later are shown.
    """
    account = work.directory.account(session.account_id)
    numbers = account.fallback_number if account else None
    fallbacks = tuple(
        Substitute(context.new_id("m"), context.new_id("leg"), number, number)
        for number in (numbers.split(",") if numbers else ())
    )
    recall = (context.new_id("m"), context.new_id("leg"))
    return TransferPlan(context.new_id("t"), from_number, recall, fallbacks)
