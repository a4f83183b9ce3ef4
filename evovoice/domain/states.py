"""Every state there is, with its rank: what can follow what, on one screen."""

from enum import Enum, IntEnum, StrEnum


class Direction(Enum):
    """Which way the call goes, seen from the account."""

    INCOMING = "Incoming"
    OUTGOING = "Outgoing"


class LegProgress(IntEnum):
    """How far a leg has come. Reports only raise it; a skipped step is fine."""

    QUEUED = 0
    INITIATED = 1
    RINGING = 2
    ANSWERED = 3


class Outcome(StrEnum):
    """Why a leg ended. `COMPLETED` says that it had been answered."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class Failure(StrEnum):
    """Why a party was not reached, whatever words the carrier has for it (contract C106)."""

    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    DECLINED = "declined"
    CANCELED = "canceled"
    UNREACHABLE = "unreachable"
    NOT_IN_SERVICE = "notInService"
    INVALID_NUMBER = "invalidNumber"
    NUMBER_BLOCKED = "numberBlocked"
    COUNTRY_NOT_ALLOWED = "countryNotAllowed"
    CALLER_ID_REFUSED = "callerIdRefused"
    TRIAL_ACCOUNT = "trialAccount"
    ACCOUNT_NOT_ACTIVE = "accountNotActive"
    CALL_LIMIT = "callLimit"
    CARRIER_BUSY = "carrierBusy"
    CARRIER_UNAVAILABLE = "carrierUnavailable"
    CONFERENCE_FULL = "conferenceFull"
    CALL_OVER = "callOver"
    NETWORK = "networkError"
    REFUSED = "refused"
    NOT_CALLED = "notCalled"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    FAX = "fax"


class AnsweredBy(StrEnum):
    """Who or what the carrier has heard answer; the words are stored, and shown (contract C120)."""

    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    UNKNOWN = "unknown"  # it could not tell

    @property
    def is_machine(self) -> bool:
        """Whether nobody can be talked to there."""
        return self in {AnsweredBy.MACHINE, AnsweredBy.FAX}


class EndSource(IntEnum):
    """Who says that a leg ended. Of several reports the best informed counts, not the first,
    so that the order in which they arrive does not matter.
    """

    INFERRED = 0  # we hung it up, or all it was waiting for is gone
    CONFERENCE = 1  # it left the conference for good
    ORDER = 2  # the carrier refused to dial it
    CALL = 3  # the carrier's own word on the call


class ConferenceStatus(Enum):
    """What the carrier says of a conference when it is asked."""

    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    NOT_FOUND = "not found"  # proves nothing (twilio-voice 10.1)


class HangupLevel(IntEnum):
    """Which hang-up was ordered for a leg. Only a higher level is ordered after a lower one."""

    NOT = 0
    CANCEL = 1  # stops the ringing, spares a leg that has just been answered
    DECLINE = 2  # the same, since whoever is rung does not want the call
    HANG_UP = 3  # ends it whatever it does, since the call is over
    REMOVE = 4  # the same, since a person asked for just this


class Recording(IntEnum):
    """How far the recording of a leg has come. Reports only raise it, in whatever order."""

    NOT = 0
    ORDERED = 1
    REFUSED = 2
    STARTED = 3
    ENDED = 4


class MemberRole(Enum):
    """How a party came in; never changes (contract 1.3)."""

    CALLER = "Caller"
    AGENT = "Agent"
    TRANSFER = "Transfer"


class Supervision(StrEnum):
    """How a leg takes part that somebody has had rung to supervise the call (decision 113)."""

    SHOWN = "shown"  # monitors or coaches, and the agents see it
    HIDDEN = "hidden"  # the same, where the account keeps it from them
    JOINED = "joined"  # has barged in: a party like any other


class SupervisionMode(Enum):
    """What somebody who supervises wants (contract C102)."""

    MONITOR = "Monitor"  # hears everybody, is heard by nobody
    COACH = "Coach"  # hears everybody, is heard by one
    BARGE = "Barge"  # hears and is heard by everybody


class CallState(Enum):
    """State of the call as a whole (contract 4.2)."""

    DISCONNECTED = "Disconnected"
    RINGING = "Ringing"
    CONNECTED = "Connected"
    HOLD = "Hold"
    PASSIVE = "Passive"


class DialState(Enum):
    """Whether the session is dialling or connected at all (contract 4.2)."""

    NONE = "None"
    ACTIVE = "Active"


class MemberCallState(Enum):
    """State of one party (contract 4.3)."""

    NONE = "None"
    RINGING = "Ringing"
    CONNECTED = "Connected"
    HOLD = "Hold"


class AgentState(Enum):
    """Whether an agent takes calls (contract 1.5); their numbers are not known."""

    UNKNOWN = "Unknown"
    READY = "Ready"
    NOT_READY = "NotReady"
    LOGGED_OUT = "LoggedOut"
    WRAP_UP = "WrapUp"
    OUTGOING = "Outgoing"
    OTHER = "Other"


class AgentStateReason(Enum):
    """Why an agent is in that state (contract 1.5); their numbers are not known."""

    UNKNOWN = "Unknown"
    SET_BY_USER = "SetByUser"
    MISSED_CALL = "MissedCall"
    SET_BY_SYSTEM = "SetBySystem"


class EndPolicy(StrEnum):
    """Who has to be left for a call to go on (contract 4.4)."""

    TWO_LEFT = "two_left"  # E1 to E5
    LAST_AGENT = "last_agent"  # until the last of our users has left
    LAST_CUSTOMER = "last_customer"  # until the last outside party has left
    NOBODY = "nobody"  # nobody's leaving ends it but that of the last


class Verdict(Enum):
    """What the end rules E1-E5 of the contract ask for after a departure."""

    GO_ON = "go on"
    CANCEL_PENDING = "stop what still rings, then judge again"
    END = "end the call for all"
