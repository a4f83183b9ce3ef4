"""The rows that have the carrier place a call: for whoever is to talk to a number, and for an agent
whose own device is rung first (contract 2.2, 2.8).
"""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services.calls import (
    AgentCallRequest,
    PlaceRequest,
    place_agents_call,
    place_call,
)
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, TelephoneText, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class NewOutgoingSessionSchema(RequestSchema):
    flow_id = Text("flowId", FieldLocation.BODY, "Kept in the log: there are no flows here")
    number_to_dial = TelephoneText(
        "numberToDial", FieldLocation.BODY, "Telephone number to call", load_default="", filled=True
    )
    caller_id = TelephoneText(
        "callerId", FieldLocation.BODY, "Caller ID to show; its agents are rung then"
    )


class PlaceCallSchema(RequestSchema):
    destination = TelephoneText(
        "destination", FieldLocation.BODY, "Whom to call: a number, SIP address or colleague",
        load_default="", filled=True,
    )  # fmt: skip
    from_number = TelephoneText("fromNumber", FieldLocation.BODY, "Caller ID to show")


@dataclass(frozen=True, slots=True)
class PlaceCallRequest:
    destination: str
    from_number: str | None


@dataclass(frozen=True, slots=True)
class NewOutgoingSessionRequest:
    flow_id: str | None
    number_to_dial: str
    caller_id: str | None


def _new_outgoing_session(context: RequestContext, asked: NewOutgoingSessionRequest) -> None:
    wanted = PlaceRequest(
        number=asked.number_to_dial,
        caller_id=asked.caller_id or None,
        flow_id=asked.flow_id or None,
        idempotency_key=context.idempotency_key,
    )
    place_call(context.app, context.user, wanted)


def _place_call(context: RequestContext, asked: PlaceCallRequest) -> SessionInfo:
    wanted = AgentCallRequest(
        destination=asked.destination,
        from_number=asked.from_number or None,
        idempotency_key=context.idempotency_key,
    )
    return session_answer(context, place_agents_call(context.app, context.user, wanted))


OPERATIONS = (
    Operation(
        name="NewOutgoingSession",
        description="Calls a number; once it answers, the agents of the caller ID are rung.",
        verbs=("POST",),
        routes=("/sessions/outgoing",),
        role=Role.MANAGER,
        request_schema=NewOutgoingSessionSchema(),
        request_type=NewOutgoingSessionRequest,
        response_schema=None,
        handler=_new_outgoing_session,
        is_repeatable=True,
    ),
    Operation(
        name="PlaceCall",
        description="Rings the agent's own device and, once it answers, whom they call.",
        verbs=("POST",),
        routes=("/calls",),
        role=Role.USER,
        request_schema=PlaceCallSchema(),
        request_type=PlaceCallRequest,
        response_schema=SessionInfoSchema(),
        handler=_place_call,
        is_repeatable=True,
    ),
)
