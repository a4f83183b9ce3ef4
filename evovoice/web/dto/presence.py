"""The shape that tells whether an agent takes calls (contract 1.4, 2.8)."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.presence import Presence
from evovoice.domain.states import AgentState, AgentStateReason
from evovoice.domain.values import User
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import choice, flag, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class AgentPresenceSchema(ResponseSchema):
    """Whether an agent takes calls."""

    namespace = ENTITIES

    endpoint_id = text("endpointId", "Endpoint of the agent")
    agent_state = choice(AgentState, "agentState", "Whether the agent takes calls")
    agent_state_reason = choice(
        AgentStateReason, "agentStateReason", "Why the agent is in that state"
    )
    date_agent_state_set = text(
        "dateAgentStateSet", "When a state was set last, in UTC; none: never, which counts as Ready"
    )
    device_registered = flag(
        "deviceRegistered", "Whether the device is registered, as the agent's console told last"
    )
    on_call = flag("onCall", "Whether the agent talks, or their device makes a call")


@dataclass(frozen=True, slots=True)
class AgentPresence:
    """As `AgentPresenceSchema`."""

    endpoint_id: str
    agent_state: AgentState
    agent_state_reason: AgentStateReason
    date_agent_state_set: str | None
    device_registered: bool | None
    on_call: bool


def agent_presence(user: User, presence: Presence, now: datetime) -> AgentPresence:
    """That user's presence, as it is shown."""
    state, reason = presence.shown(now)
    set_at = stamp(presence.set_at) if presence.set_at else None
    return AgentPresence(
        user.id, state, reason, set_at, presence.is_registered, presence.is_on_call
    )
