"""What befell a call, for its log: its conference was closed, the database was away."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.messages import ConferenceEnded, SessionEvent
from evovoice.domain.room_claim import claim_for_caller

# `data.cause` of lines that tell why a call went on otherwise than anybody had asked for
CLOSED_AT_CARRIER, DATABASE_AWAY, DEVICE_LOST = "closed-at-carrier", "database-away", "device-lost"


def note_closing(
    session: CallSession, conference: Conference, fact: ConferenceEnded, now: datetime
) -> None:
    """The carrier tells that the conference was closed with people inside, and it was not us."""
    is_ours = conference.close_ordered or session.end_wanted or session.has_ended
    if not fact.was_closed or conference.ended or is_ours:
        return
    text = "The conference was closed at the carrier, and not by us"
    data = {"cause": CLOSED_AT_CARRIER, "conferenceSid": fact.conference_sid}
    session.log(SessionEvent("CarrierReport", text, now, data=data))


def note_sent_without_database(session: CallSession, at: datetime, now: datetime) -> None:
    """The calling leg was sent into the conference while the database was away."""
    claim_for_caller(session, at)
    caller = session.calling()
    text = f"{caller.display_name} was sent into the conference while the database was away"
    data = {"cause": DATABASE_AWAY}
    session.log(SessionEvent("CarrierReport", text, now, caller.leg.call_sid, caller.id, data=data))


def note_stranger(session: CallSession, what: str, call_sid: str | None, now: datetime) -> None:
    """A leg that is none of ours stays in the log: somebody may have to look."""
    text = f"The carrier tells of a call that is not part of this one: {what}"
    session.log(SessionEvent("CarrierReport", text, now, call_sid))


def note_lost(session: CallSession, names: str, until: datetime, now: datetime) -> None:
    """A device was lost, and whoever it talked to waits for it."""
    text = f"The device of {names} was lost: the call waits for it"
    data = {"cause": DEVICE_LOST, "until": until.isoformat(timespec="seconds")}
    session.log(SessionEvent("CarrierReport", text, now, data=data))
