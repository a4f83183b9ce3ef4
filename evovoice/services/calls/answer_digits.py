"""Digits for a party who is added, to be sent once they have answered (C111)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_to_wait_under
from evovoice.domain.member import Member
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
