"""Which function carries out which command: the only way from a request to the session."""

from datetime import datetime

from evovoice.domain import commands, digit_commands, member_commands, transfer_commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import (
    AddNote,
    CancelTransfer,
    Command,
    CompleteTransfer,
    EndCall,
    HandOver,
    HoldCall,
    LeaveCall,
    PatchMember,
    RecordCall,
    RejectCall,
    RemoveMember,
    ResumeCall,
    SendDigits,
    SetEndPolicy,
    StartConference,
    StartTransfer,
    SwapTransfer,
)


def handle(session: CallSession, command: Command, now: datetime) -> None:  # noqa: C901, PLR0912 (one case a command)
    """Change the session as asked, or refuse by an error and change nothing.

    Orders that follow from the new state are derived by the caller, not here.
    """
    match command:
        case StartConference():
            member_commands.start_conference(session, command, now)
        case EndCall():
            commands.end_call(session, command, now)
        case HoldCall():
            member_commands.hold_call(session, command, now)
        case ResumeCall():
            member_commands.resume_call(session, command, now)
        case PatchMember():
            member_commands.patch_member(session, command, now)
        case SendDigits():
            digit_commands.send_digits(session, command, now)
        case RemoveMember():
            member_commands.remove_member(session, command, now)
        case RejectCall():
            member_commands.reject_call(session, command, now)
        case RecordCall():
            member_commands.record_call(session, command)
        case LeaveCall():
            transfer_commands.leave(session, command, now)
        case HandOver() | StartTransfer() | SwapTransfer() | CompleteTransfer() | CancelTransfer():
            transfer_commands.handle_transfer(session, command, now)
        case AddNote():
            commands.add_note(session, command, now)
        case SetEndPolicy():
            commands.set_end_policy(session, command, now)
