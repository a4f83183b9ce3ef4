"""The rows that turn a call into a conference and change who is in it (contract 2.1)."""

from dataclasses import replace

from evovoice.services.call_control import AddRequest
from evovoice.web.fields import Place, Text
from evovoice.web.operation import Operation, Visit
from evovoice.web.request_schema import SessionRequestSchema
from evovoice.web.schemas import SessionInfoSchema
from evovoice.web.session_info import SessionInfo, session_info


class AddConferenceMemberSchema(SessionRequestSchema):
    call_sid = Text(
        "callSid", Place.BODY, "Call that is up on the agent's own device, not the customer's"
    )
    destination = Text(
        "destination", Place.BODY, "Whom to invite: a number, a SIP address or a user",
        load_default="", filled=True,
    )  # fmt: skip
    from_number = Text("fromNumber", Place.BODY, "Caller ID to show")


def _add_conference_member(visit: Visit, asked: AddRequest) -> SessionInfo:
    wanted = replace(
        asked,
        call_sid=asked.call_sid or None,
        from_number=asked.from_number or None,
        idempotency_key=visit.idempotency_key,
    )
    return session_info(visit.calls.add_member(visit.desk, visit.user, wanted))


CONFERENCE = (
    Operation(
        name="AddConferenceMember",
        description="Adds a party to the call, which becomes a conference if it is not one yet.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/conference/members",),
        role=None,
        takes=AddConferenceMemberSchema(),
        makes=AddRequest,
        answers=SessionInfoSchema(),
        handle=_add_conference_member,
        is_repeatable=True,
    ),
)
