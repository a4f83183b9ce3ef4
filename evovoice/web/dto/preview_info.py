"""What a client is told of an add that was tried only (C107)."""

from evovoice.domain.call_session import CallSession
from evovoice.services.calls import Preview
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.request_context import RequestContext


def preview_info(context: RequestContext, preview: Preview) -> SessionInfo:
    """The session as it is, with what the add would do; every value a text, no value no key."""
    member, carrier = preview.member, "away" if preview.carrier_is_away else "available"
    known = {
        "destination": str(member.address),
        "destinations": ",".join(preview.destinations) or None,
        "displayName": member.display_name,
        "endpointId": member.user_id,
        "country": preview.country,
        "fromNumber": str(member.from_number) if member.from_number else None,
        "alreadyInCall": member.id if preview.is_there else None,
        "conference": _conference(preview.session),
        "membersLeft": str(preview.members_left),
        "pendingLeft": str(preview.pending_left),
        "queued": str(preview.queued),
        "carrier": carrier,
    }
    told = {key: value for key, value in known.items() if value is not None}
    return session_answer(context, preview.session)._replace(dry_run=told)


def _conference(session: CallSession) -> str:
    """Whether there is one already, it comes about now, or the add would make it."""
    if session.open_conference() is not None:
        return "open"
    return "converting" if session.is_converting else "needed"
