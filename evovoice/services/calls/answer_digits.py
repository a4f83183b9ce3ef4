"""Digits for a party who is added or called, to be sent once they have answered (C111)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_to_wait_under, key_with_dial, send_with_dial
from evovoice.domain.member import Member
from evovoice.domain.values import PhoneNumber
from evovoice.services.app_context import AppContext
from evovoice.services.calls.typed_digits import Digits, read_digits, split_extension
from evovoice.services.errors import BadDigits
from evovoice.storage.unit_of_work import UnitOfWork


def number_and_digits(destination: str, send_digits: str | None) -> tuple[str, Digits | None]:
    """The destination without an extension, and what is to be sent. Errors: `BadDigits`."""
    number, extension = split_extension(destination)
    if not send_digits:
        return number, extension
    if extension is not None:
        raise BadDigits("there are some behind the number and in sendDigits: give one of them")
    return number, read_digits(send_digits)


def keep_for_answer(
    context: AppContext,
    work: UnitOfWork,
    session: CallSession,
    member: Member,
    digits: Digits,
    now: datetime,
) -> None:
    """Keep them for that new party, in the commit that adds them."""
    key = context.new_id("d")
    key_to_wait_under(member, key, digits.seconds, member.added_by or "")
    work.kept_digits.keep(key, (session.account_id, session.id), digits.text, now)


def name_digits_of_dial(context: AppContext, session: CallSession, digits: Digits) -> None:
    """Note under which key those are kept that an agent's new call dials with its number. Errors:
    `BadDigits` where it calls a device, which the carrier sends none.
    """
    (called,) = session.dialled()
    if not isinstance(called.address, PhoneNumber):
        raise BadDigits(f"{called.display_name} is no telephone number")
    send_with_dial(called, context.new_id("d"), digits.seconds, called.added_by or "")


def keep_for_dial(work: UnitOfWork, session: CallSession, digits: Digits, now: datetime) -> None:
    """Keep them, in the commit that has stored that session."""
    where = (session.account_id, session.id)
    work.kept_digits.keep(key_with_dial(session), where, digits.text, now)
