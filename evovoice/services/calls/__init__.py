"""What agents want of calls; a file for each verb. Others import from here."""

from evovoice.services.calls.add import AddRequest, add_member, preview_add
from evovoice.services.calls.add_purpose import AddPurpose
from evovoice.services.calls.convert import start_conference
from evovoice.services.calls.digits import DigitsRequest, send_digits
from evovoice.services.calls.disabled import stop_ringing_disabled, stop_ringing_of
from evovoice.services.calls.dry_run import Preview
from evovoice.services.calls.end_policy import set_end_policy
from evovoice.services.calls.hand_over import hand_over_call
from evovoice.services.calls.hang_up import end_session, leave_call, reject_call, remove_member
from evovoice.services.calls.hold import hold_call, patch_member, resume_call
from evovoice.services.calls.hunt import DialTarget
from evovoice.services.calls.note import add_note
from evovoice.services.calls.patch import SessionPatch, patch_session
from evovoice.services.calls.place import (
    AgentCallRequest,
    PlaceRequest,
    place_agents_call,
    place_call,
)
from evovoice.services.calls.read import (
    active_sessions,
    conference_members,
    get_session,
    my_sessions,
    session_events,
)
from evovoice.services.calls.record import record_call
from evovoice.services.calls.supervise import (
    SuperviseRequest,
    live_sessions,
    supervise_session,
)
from evovoice.services.calls.transfers import (
    cancel_transfer,
    complete_transfer,
    start_transfer,
    swap_transfer,
)

__all__ = [
    "AddPurpose",
    "AddRequest",
    "AgentCallRequest",
    "DialTarget",
    "DigitsRequest",
    "PlaceRequest",
    "Preview",
    "SessionPatch",
    "SuperviseRequest",
    "active_sessions",
    "add_member",
    "add_note",
    "cancel_transfer",
    "complete_transfer",
    "conference_members",
    "end_session",
    "get_session",
    "hand_over_call",
    "hold_call",
    "leave_call",
    "live_sessions",
    "my_sessions",
    "patch_member",
    "patch_session",
    "place_agents_call",
    "place_call",
    "preview_add",
    "record_call",
    "reject_call",
    "remove_member",
    "resume_call",
    "send_digits",
    "session_events",
    "set_end_policy",
    "start_conference",
    "start_transfer",
    "stop_ringing_disabled",
    "stop_ringing_of",
    "supervise_session",
    "swap_transfer",
]
