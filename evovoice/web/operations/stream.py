"""The row that tells consoles what changes, as it happens (contract 2.2, 3.12)."""

from dataclasses import dataclass

from evovoice.services.live.listener import Interest
from evovoice.web.dto.push_notification import PushNotificationSchema
from evovoice.web.event_stream import EventStream, has_yielded, last_event_id
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, NameOf, Texts
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class StreamEventsSchema(RequestSchema):
    account_ids = Texts("accountIds", FieldLocation.QUERY, "Only sessions of these accounts")
    session_ids = Texts("sessionIds", FieldLocation.QUERY, "Only these sessions")
    detail = NameOf(
        {"members": "members"},
        "detail",
        FieldLocation.QUERY,
        "members: also an event for each thing that happens to a party",
        of="what else is told: members",
    )


@dataclass(frozen=True, slots=True)
class StreamEventsRequest:
    account_ids: list[str]
    session_ids: list[str]
    detail: str | None


def _stream_events(context: RequestContext, asked: StreamEventsRequest) -> EventStream | None:
    """None, which is 204, tells an EventSource not to come back (HTML, server-sent events)."""
    user, last_id = context.user, last_event_id()
    if has_yielded(last_id):
        return None
    feed, authenticate = context.app.live_feed, context.authenticator.authenticate_later()
    interest = Interest(
        user, frozenset(asked.account_ids), frozenset(asked.session_ids), asked.detail is not None
    )
    listener = feed.join(interest, last_id)
    return EventStream(feed, listener, context.app.clock, authenticate)


OPERATIONS = (
    Operation(
        name="StreamEvents",
        description="Tells what changes in the sessions the user may see, as it happens.",
        verbs=("GET",),
        routes=("/events",),
        role=None,
        request_schema=StreamEventsSchema(),
        request_type=StreamEventsRequest,
        response_schema=PushNotificationSchema(),
        handler=_stream_events,
        is_stream=True,
    ),
)
