"""What the carrier asks and tells. Others import from here."""

from evovoice.services.intake.away import make_up_for_outage
from evovoice.services.intake.device_calls import instruct_outgoing
from evovoice.services.intake.digits import digits_for
from evovoice.services.intake.early_reports import use_early_reports
from evovoice.services.intake.questions import (
    instruct_after_dial,
    instruct_incoming,
    instruct_placed,
)
from evovoice.services.intake.reports import receive, receive_call_report, session_of_call
from evovoice.services.intake.speech import receive_speech

__all__ = [
    "digits_for",
    "instruct_after_dial",
    "instruct_incoming",
    "instruct_outgoing",
    "instruct_placed",
    "make_up_for_outage",
    "receive",
    "receive_call_report",
    "receive_speech",
    "session_of_call",
    "use_early_reports",
]
