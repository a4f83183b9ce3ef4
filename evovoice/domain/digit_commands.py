"""Sending digits to a party: for menus and PINs in the middle of a call (C112)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import require_live, require_open_conference
from evovoice.domain.digits import key_to_wait_under
from evovoice.domain.errors import ConferenceNotOpen, OnlySupervises
from evovoice.domain.member_commands import connected_member, require_known_member
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.requests import SendDigits
from evovoice.domain.rights import Right, require_right


def send_digits(session: CallSession, command: SendDigits, now: datetime) -> None:
    """Have digits heard on one leg; a plain call becomes a conference first. Under which key they
    are to be kept, `waiting` of the leg says.
    """
    require_right(session, command.by, Right.SEND_DIGITS)
    require_known_member(session, command.member)
    require_live(session)
    member = connected_member(session, command.member)
    if member.supervises:
        raise OnlySupervises(member.display_name)
    require_open_conference(session)
    key_to_wait_under(member, command.key, command.seconds, command.by.id)
    session.last_modified_by = command.by.id
    start_conversion(session, now)
    if not session.is_converting and session.open_conference() is None:
        raise ConferenceNotOpen(session.id)
