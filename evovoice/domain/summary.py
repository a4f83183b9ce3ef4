"""What a session comes to in single values: clients see them, lists are sorted and searched by
them.
"""

from typing import NamedTuple

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.hash_chain import ERASED
from evovoice.domain.member import Member
from evovoice.domain.states import CallState, DialState, Direction, MemberRole
from evovoice.domain.withheld import WITHHELD, is_withheld


class Summary(NamedTuple):
    """The values of contract 1.2 that are computed; they are stored too, for lists alone."""

    call_state: CallState
    dial_state: DialState
    outcome: str | None
    display_name: str | None
    endpoint_id: str | None
    endpoint_name: str | None
    answered_by_id: str | None
    answered_by_name: str | None
    from_name: str | None
    callback_number: str | None
    conference_sid: str | None
    root_call_sid: str | None


def summary(session: CallSession) -> Summary:
    """The session as it is now."""
    answerer = views.answered_by(session)
    ours = _endpoint(session)
    return Summary(
        views.call_state(session),
        views.dial_state(session),
        views.outcome(session),
        _label(session),
        ours.user_id if ours else None,
        ours.display_name if ours else None,
        answerer.user_id if answerer else None,
        answerer.display_name if answerer else None,
        _name_of_caller(session),
        _callback_number(session),
        conference_sid(session),
        session.root_call_sid,
    )


def conference_sid(session: CallSession) -> str | None:
    """The conference's SID once the call is a conference; while it is on its way there, none."""
    conference = session.current_conference()
    on_its_way = session.is_converting and not session.has_ended
    return conference.conference_sid if conference and not on_its_way else None


def _label(session: CallSession) -> str | None:
    """The outside party's name, else what was dialled."""
    outside = next((m for m in session.members if m.role is MemberRole.CALLER), None)
    if outside is None and session.erased_at is not None:
        return ERASED
    return outside.display_name if outside else session.destination


def _endpoint(session: CallSession) -> Member | None:
    """Our endpoint the call belongs to: the agent who answered, or the only one rung."""
    calling = session.calling()
    if session.direction is Direction.OUTGOING and calling.is_our_user:
        return calling
    agents = [m for m in session.dialled() if m.is_our_user]
    answerer = views.first_of_dialled(session)
    return answerer or (agents[0] if len(agents) == 1 else None)


def _name_of_caller(session: CallSession) -> str | None:
    """Who calls, where more is known of them than the number."""
    caller = session.calling()
    unknown = {str(caller.address), WITHHELD, ERASED}
    return caller.display_name if caller.display_name not in unknown else None


def _callback_number(session: CallSession) -> str | None:
    """Whom to call back; nobody where the number is withheld."""
    if session.direction is Direction.OUTGOING or is_withheld(session.from_address):
        return None
    return session.from_address
