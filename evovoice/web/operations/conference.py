"""The rows that turn a call into a conference and change who is in it (contract 2.1)."""

from dataclasses import replace

from evovoice.services.calls import AddRequest
from evovoice.web.dto.session_info import SessionInfo, session_info
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.servicestack.fields import FieldLocation, Text
from evovoice.web.servicestack.operation import Operation, RequestContext
from evovoice.web.servicestack.request_schema import SessionRequestSchema


class AddConferenceMemberSchema(SessionRequestSchema):
    call_sid = Text(
        "callSid",
        FieldLocation.BODY,
        "Call that is up on the agent's own device, not the customer's",
    )
    destination = Text(
        "destination", FieldLocation.BODY, "Whom to invite: a number, a SIP address or a user",
        load_default="", filled=True,
    )  # fmt: skip
    from_number = Text("fromNumber", FieldLocation.BODY, "Caller ID to show")


def _add_conference_member(context: RequestContext, asked: AddRequest) -> SessionInfo:
    wanted = replace(
        asked,
        call_sid=asked.call_sid or None,
        from_number=asked.from_number or None,
        idempotency_key=context.idempotency_key,
    )
    return session_info(context.calls.add_member(context.app, context.user, wanted))


CONFERENCE = (
    Operation(
        name="AddConferenceMember",
        description="Adds a party to the call, which becomes a conference if it is not one yet.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/conference/members",),
        role=None,
        request_schema=AddConferenceMemberSchema(),
        request_type=AddRequest,
        response_schema=SessionInfoSchema(),
        handler=_add_conference_member,
        is_repeatable=True,
    ),
)
