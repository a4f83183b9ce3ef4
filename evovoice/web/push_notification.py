"""What consoles are told in an event: PushNotification as values, and its shape (contract 1.4)."""

from dataclasses import dataclass

from marshmallow import fields

from evovoice.domain.notifications import NotificationKind
from evovoice.services.live_feed import Event
from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.enums import AgentStateReasons, AgentStates, Channel, PushNotificationTypes
from evovoice.web.schemas import SessionInfoSchema
from evovoice.web.session_info import SessionInfo, session_info


class PushNotificationSchema(AnswerSchema):
    """What a console is told; of a session with its state (contract 1.4, C74)."""

    type = fields.String(data_key="type", metadata={"shown_as": PushNotificationTypes})
    channel = fields.String(data_key="channel", metadata={"shown_as": Channel})
    endpoint_id = fields.String(data_key="endpointId")
    endpoint_user_name = fields.String(data_key="endpointUserName")
    session_id = fields.String(data_key="sessionId")
    sender = fields.String(data_key="sender")
    title = fields.String(data_key="title")
    body = fields.String(data_key="body")
    badge = fields.Integer(data_key="badge")
    attachment_uri = fields.String(data_key="attachmentUri")
    attachment_content_type = fields.String(data_key="attachmentContentType")
    agent_state = fields.String(data_key="agentState", metadata={"shown_as": AgentStates})
    agent_state_reason = fields.String(
        data_key="agentStateReason", metadata={"shown_as": AgentStateReasons}
    )
    sequence = fields.Integer(data_key="sequence")
    session = fields.Nested(SessionInfoSchema, data_key="session")


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


_TITLES = {
    NotificationKind.INVITE: "Incoming call",
    NotificationKind.ACTIVE: "Your calls have changed",
    NotificationKind.ANSWERED: "Call answered",
    NotificationKind.HELD: "Call on hold",
    NotificationKind.DISCONNECTED: "Call ended",
    NotificationKind.INFO: "Call changed",
}


def push_notification(event: Event) -> PushNotification:
    """What that event tells; the endpoint is the addressee's or else the session's own."""
    title = _TITLES[event.kind]
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
        sender=info.from_address,
        title=title,
        body=info.display_name,
        sequence=event.sequence,
        session=info,
    )
