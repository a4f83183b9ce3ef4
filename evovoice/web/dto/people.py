"""The shapes in which an agent finds whom to call (contract 1.4, 2.8)."""

from dataclasses import dataclass, field
from datetime import datetime

from evovoice.domain.states import AgentState, AgentStateReason
from evovoice.services.people import People
from evovoice.storage.unit_of_work import Favorite, RecentDestination, StoredNumber, UserPresence
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import choice, flag, nested_list, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class DirectoryUserSchema(ResponseSchema):
    """A colleague, and whether they take calls."""

    namespace = ENTITIES

    id = text("id", "Endpoint of the colleague; a destination to call or add")
    name = text("name", "Whole name")
    email_address = text("emailAddress", "E-mail address")
    extension = text("extension", "The few digits by which colleagues reach them")
    agent_state = choice(AgentState, "agentState", "Whether they take calls")
    agent_state_reason = choice(AgentStateReason, "agentStateReason", "Why they are in that state")
    device_registered = flag(
        "deviceRegistered", "Whether their device is registered, as their console told last"
    )
    on_call = flag("onCall", "Whether they talk, or their device makes a call")


class DirectoryNumberSchema(ResponseSchema):
    """A number of the account, which may be shown to those whom one calls."""

    namespace = ENTITIES

    number = text("number", "The number, E.164")
    is_default = flag("isDefault", "Whether it is shown where no other is chosen")


class DirectoryDestinationSchema(ResponseSchema):
    """A destination that the agent has called, or has chosen to find again."""

    namespace = ENTITIES

    destination = text("destination", "What to call or add: a number, SIP address or device")
    name = text("name", "Its name, else the same")
    user_id = text("userId", "The colleague whose device it is")
    date_last_called = text("dateLastCalled", "When the agent had it called last, in UTC")


class GetDirectoryResponseSchema(ResponseSchema):
    """Whom an agent can call, and which numbers they may show."""

    namespace = ENTITIES
    rows = "users"

    users = nested_list(DirectoryUserSchema, "users", "Colleagues by name, at most 50")
    has_more = flag("hasMore", "Whether more colleagues fit: narrow the search")
    caller_ids = nested_list(DirectoryNumberSchema, "callerIds", "The numbers of the account")
    recent = nested_list(
        DirectoryDestinationSchema, "recent",
        "Whom the agent has called or added within 90 days, the last first, at most 20",
    )  # fmt: skip
    favorites = nested_list(
        DirectoryDestinationSchema, "favorites", "What the agent has chosen, by name"
    )


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """As `DirectoryUserSchema`."""

    id: str
    name: str
    email_address: str
    extension: str | None
    agent_state: AgentState
    agent_state_reason: AgentStateReason
    device_registered: bool | None
    on_call: bool


@dataclass(frozen=True, slots=True)
class DirectoryNumber:
    """As `DirectoryNumberSchema`."""

    number: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class DirectoryDestination:
    """As `DirectoryDestinationSchema`."""

    destination: str
    name: str
    user_id: str | None = None
    date_last_called: str | None = None


@dataclass(frozen=True, slots=True)
class DirectoryFound:
    """As `GetDirectoryResponseSchema`."""

    users: list[DirectoryUser] = field(default_factory=list)
    has_more: bool = False
    caller_ids: list[DirectoryNumber] = field(default_factory=list)
    recent: list[DirectoryDestination] = field(default_factory=list)
    favorites: list[DirectoryDestination] = field(default_factory=list)


def directory_found(people: People, now: datetime) -> DirectoryFound:
    """What was found, as it is shown."""
    return DirectoryFound(
        [_user(one, now) for one in people.colleagues],
        people.has_more,
        [_number(one) for one in people.caller_ids],
        [_recent(one) for one in people.recent],
        [favorite_shown(one) for one in people.favorites],
    )


def favorite_shown(favorite: Favorite) -> DirectoryDestination:
    """That destination of an agent's choice."""
    return DirectoryDestination(favorite.address, favorite.name)


def _recent(one: RecentDestination) -> DirectoryDestination:
    return DirectoryDestination(one.address, one.name, one.user_id, stamp(one.called_at))


def _number(one: StoredNumber) -> DirectoryNumber:
    return DirectoryNumber(one.e164, one.is_default)


def _user(one: UserPresence, now: datetime) -> DirectoryUser:
    user, presence = one.user, one.presence
    state, reason = presence.shown(now)
    return DirectoryUser(
        id=user.id,
        name=user.name,
        email_address=user.email,
        extension=user.extension,
        agent_state=state,
        agent_state_reason=reason,
        device_registered=presence.is_registered,
        on_call=presence.is_on_call,
    )
