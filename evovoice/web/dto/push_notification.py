"""What consoles are told in an event: PushNotification as values, and its shape (contract 1.4)."""

from dataclasses import dataclass

from evovoice.domain.notifications import NotificationKind
from evovoice.domain.states import AgentState, AgentStateReason, Direction
from evovoice.services.live.agents_told import AgentTold
from evovoice.services.live.feed_page import Event
from evovoice.web.dto.session_info import SessionInfo, session_info
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.enums import Channel, PushNotificationTypes
from evovoice.web.servicestack.response_fields import nested, number, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class PushNotificationSchema(ResponseSchema):
    """What a console is told; of a session with its state (contract 1.4, C74)."""

    type = text("type", "What it is about", PushNotificationTypes)
    channel = text("channel", "Kind of the session", Channel)
    endpoint_id = text("endpointId", "Whom it is addressed to, or the session's endpoint")
    endpoint_user_name = text("endpointUserName", "Name of that endpoint's user")
    session_id = text("sessionId", "The session; none where all is to be read again")
    sender = text("sender", "Calling address of the session")
    title = text("title", "What has happened, to be shown")
    body = text("body", "Name or number of the outside party, to be shown")
    badge = number("badge", "Number to show at the icon; not used")
    attachment_uri = text("attachmentUri", "Not used")
    attachment_content_type = text("attachmentContentType", "Not used")
    agent_state = text(
        "agentState", "Whether the agent of that endpoint takes calls (AgentStateChanged)",
        AgentState,
    )  # fmt: skip
    agent_state_reason = text("agentStateReason", "Why they are in that state", AgentStateReason)
    sequence = number("sequence", "Number of the last line of the session's log by then")
    session = nested(SessionInfoSchema, "session", "The session as it is when this is sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushNotification:
    """Contract 1.4, as values; of the rest of its fields this version knows nothing."""

    type: str
    channel: str | None = None
    endpoint_id: str | None = None
    endpoint_user_name: str | None = None
    session_id: str | None = None
    sender: str | None = None
    title: str | None = None
    body: str | None = None
    sequence: int | None = None
    session: SessionInfo | None = None
    agent_state: str | None = None
    agent_state_reason: str | None = None


_TITLES = {
    NotificationKind.INVITE: "Incoming call",
    NotificationKind.ACTIVE: "Your calls have changed",
    NotificationKind.ANSWERED: "Call answered",
    NotificationKind.HELD: "Call on hold",
    NotificationKind.DISCONNECTED: "Call ended",
    NotificationKind.INFO: "Call changed",
    NotificationKind.AGENT: "An agent's state has changed",
}


def push_notification(event: Event) -> PushNotification:
    """What that event tells; the endpoint is the addressee's or else the session's own."""
    title = _TITLES[event.kind]
    if event.agent is not None:
        return _of_agent(event.agent, title)
    if event.session is None:
        return PushNotification(type=event.kind, title=title)
    info = session_info(event.session)
    to = next((m for m in event.session.members if m.user_id == event.user_id), None)
    addressee = to if event.user_id else None
    return PushNotification(
        type=event.kind,
        channel=info.channel,
        endpoint_id=addressee.user_id if addressee else info.endpoint_id,
        endpoint_user_name=addressee.display_name if addressee else info.endpoint_name,
        session_id=info.id,
        sender=_sender(info),
        title=title,
        body=info.display_name,
        sequence=event.sequence,
        session=info,
    )


def _of_agent(agent: AgentTold, title: str) -> PushNotification:
    return PushNotification(
        type=NotificationKind.AGENT,
        endpoint_id=agent.user.id,
        endpoint_user_name=agent.user.name,
        title=title,
        body=agent.user.name,
        agent_state=agent.state.value,
        agent_state_reason=agent.reason.value,
    )


def _sender(info: SessionInfo) -> str | None:
    """Who calls; nobody where the number is withheld, for devices offer to call the sender back."""
    return info.callback_number if info.direction is Direction.INCOMING else info.from_address
