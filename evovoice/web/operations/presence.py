"""The rows with which an agent says whether they take calls (contract 2.8)."""

from dataclasses import dataclass

from evovoice.domain.states import AgentState
from evovoice.domain.values import Role
from evovoice.services.presence import own_presence, set_presence
from evovoice.web.dto.presence import AgentPresence, AgentPresenceSchema, agent_presence
from evovoice.web.dto.requests import NoFields
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, Flag
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class SetPresenceSchema(RequestSchema):
    agent_state = Choice(
        AgentState, "agentState", FieldLocation.BODY,
        "Ready, NotReady, Outgoing, WrapUp or LoggedOut; left out: stays as it is",
    )  # fmt: skip
    device_registered = Flag(
        "deviceRegistered", FieldLocation.BODY,
        "Whether the agent's device is registered at the carrier; left out: stays as it is",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetPresenceRequest:
    agent_state: AgentState | None
    device_registered: bool | None


def _get_presence(context: RequestContext, asked: NoFields) -> AgentPresence:
    del asked
    found = own_presence(context.app, context.user)
    return agent_presence(context.user, found, context.app.clock())


def _set_presence(context: RequestContext, asked: SetPresenceRequest) -> AgentPresence:
    now_is = set_presence(
        context.app, context.user, asked.agent_state, is_registered=asked.device_registered
    )
    return agent_presence(context.user, now_is, context.app.clock())


OPERATIONS = (
    Operation(
        name="GetPresence",
        description="Tells whether the agent takes calls, and why.",
        verbs=("GET",),
        routes=("/app/presence",),
        role=Role.USER,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=AgentPresenceSchema(),
        handler=_get_presence,
    ),
    Operation(
        name="SetPresence",
        description="Sets whether the agent takes calls, and whether their device is registered.",
        verbs=("PATCH",),
        routes=("/app/presence",),
        role=Role.USER,
        request_schema=SetPresenceSchema(),
        request_type=SetPresenceRequest,
        response_schema=AgentPresenceSchema(),
        handler=_set_presence,
    ),
)
