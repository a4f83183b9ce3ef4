"""The enums of the contract: those that only the wire has, and the names of them all."""

from enum import Enum

from evovoice.domain.states import (
    AgentState,
    AgentStateReason,
    CallState,
    DialState,
    Direction,
    EndPolicy,
    MemberCallState,
    MemberRole,
    SupervisionMode,
)


class QueueState(Enum):
    """State in a ring queue (contract 1.5; the order is that of the numbers)."""

    NONE = "None"
    QUEUED = "Queued"
    RINGING = "Ringing"
    CONNECTED = "Connected"
    HOLD = "Hold"
    DISCONNECTED = "Disconnected"


class HoldReason(Enum):
    """Why a call is on hold (contract 1.5; the order is that of the numbers)."""

    NONE = "None"
    TRANSFERRING = "Transferring"


class Channel(Enum):
    """What kind of communication a session is (contract 1.5)."""

    VOICE = "Voice"
    CHAT = "Chat"
    FAX = "Fax"


class SortOrder(Enum):
    """Which way a list is sorted (contract 2.2)."""

    ASCEND = "Ascend"
    DESCEND = "Descend"


class DeviceType(Enum):
    """Where an agent's device runs (contract 2.3)."""

    WEB = "Web"
    IOS = "iOS"
    ANDROID = "Android"


class PushNotificationTypes(Enum):
    """What a notification is about (contract 1.5); their numbers are not known."""

    SESSION_DISCONNECTED = "SessionDisconnected"
    SESSION_INVITE = "SessionInvite"
    CHAT_MESSAGE = "ChatMessage"
    SESSION_INACTIVATED = "SessionInactivated"
    AGENT_STATE_CHANGED = "AgentStateChanged"
    SESSION_HELD = "SessionHeld"
    SESSION_ANSWERED = "SessionAnswered"
    ACTIVE_SESSIONS_CHANGED = "ActiveSessionsChanged"
    PING = "Ping"
    SESSION_SCREEN_CHANGED = "SessionScreenChanged"
    TOAST = "Toast"
    SESSION_INFO_CHANGED = "SessionInfoChanged"
    MESSAGE_RECEIVED = "MessageReceived"
    SESSION_HOLDING = "SessionHolding"


_NAMES: dict[type[Enum], str] = {
    EndPolicy: "SessionEndPolicies",
    DialState: "SessionDialState",
    CallState: "SessionCallState",
    QueueState: "SessionQueueStates",
    HoldReason: "SessionHoldReasons",
    Channel: "FlowChannels",
    MemberCallState: "SessionMemberCallState",
    MemberRole: "SessionMemberRoles",
    Direction: "SessionDirections",
    AgentState: "AgentStates",
    AgentStateReason: "AgentStateReasons",
    SupervisionMode: "SupervisionModes",
}


def enum_name(kind: type[Enum]) -> str:
    """What clients call that enum."""
    return _NAMES.get(kind, kind.__name__)
