"""The interface to the carrier, and the errors that its implementations raise."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from evovoice.domain.messages import Fact
from evovoice.domain.orders import DialLeg, Order, PlaceCall
from evovoice.domain.states import ConferenceStatus, Failure

# A device that has a token stays connected to the carrier as long: none can be recalled.
DEVICE_TOKEN_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SessionRef:
    """Which session an order or a question belongs to; it is part of every callback address."""

    account_id: str
    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """The carrier's own record of a call; `duration` in seconds, `price` in `price_unit`."""

    sid: str
    status: str
    direction: str | None
    account_sid: str | None
    parent_call_sid: str | None
    phone_number_sid: str | None
    from_address: str | None
    from_formatted: str | None
    to_address: str | None
    to_formatted: str | None
    forwarded_from: str | None
    caller_name: str | None
    answered_by: str | None
    date_created: datetime | None
    date_updated: datetime | None
    start_time: datetime | None
    end_time: datetime | None
    duration: int | None
    price: float | None
    price_unit: str | None
    uri: str | None


@dataclass(frozen=True, slots=True)
class PossibleCall:
    """A call that an order may have placed, by its numbers and its time; `facts` say how it is."""

    call_sid: str
    facts: tuple[Fact, ...]


class CarrierError(Exception):
    """The carrier did not do what it was told; the text is safe to show and to log.

    `code` is the carrier's own number for the reason, `status` its HTTP status, where it has told;
    `failure` what it means for whoever was to be called.
    """

    code: int | None = None
    status: int | None = None
    failure: Failure = Failure.CARRIER_UNAVAILABLE


class CarrierRefused(CarrierError):
    """It understood and said no: repeating the order as it is would be refused again.

    `cure` is a sentence on what a person can do.
    """

    status: int

    def __init__(
        self, code: int | None, status: int, message: str, cure: str | None = None,
        failure: Failure = Failure.REFUSED,
    ) -> None:  # fmt: skip
        super().__init__(_with_cure(f"The carrier refused: {message} ({code})", cure))
        self.failure = failure
        self.code = code
        self.status = status


class NotFound(CarrierRefused):
    """It says that what the order names is not there, or not any more.

    That proves nothing but the refusal: ask before anything counts as over (twilio-voice 10.1).
    """


class CarrierBusy(CarrierError):
    """It had no time and did nothing; the order may be repeated after `retry_after` seconds.

    `cure` is a sentence on what a person can do where it is busy for a reason of ours.
    """

    def __init__(
        self, retry_after: float = 1.0, cure: str | None = None, code: int | None = None
    ) -> None:
        super().__init__(_with_cure("The carrier is busy", cure))
        self.code, self.status = code, 429
        self.failure = Failure.CARRIER_BUSY if cure is None else Failure.CALL_LIMIT
        self.retry_after = retry_after
        self.cure = cure


def _with_cure(sentence: str, cure: str | None) -> str:
    return f"{sentence}. {cure}" if cure else sentence


class CarrierUnreachable(CarrierError):
    """The order certainly did not arrive, or our account was rejected; nothing happened."""


class AccountRejected(CarrierUnreachable):
    """Nothing happened: the carrier serves our account not at all, or not in this."""

    failure = Failure.ACCOUNT_NOT_ACTIVE

    def __init__(self, code: int | None, status: int) -> None:
        super().__init__("The carrier does not accept our account")
        self.code = code
        self.status = status


class CredentialsRefused(AccountRejected):
    """Nothing happened: the carrier does not know how we sign in."""


class OutcomeUnknown(CarrierError):
    """No response, or a failure after the order was sent: it may have been carried out."""


class Unanswered(OutcomeUnknown):
    """No response that the carrier itself has made, or one that says that it failed (5xx)."""

    def __init__(self, message: str, status: int | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class NotSetUp(CarrierError):
    """A setting without which the carrier cannot be used for this is missing."""

    def __init__(self, setting: str) -> None:
        super().__init__(f"No device can connect to the carrier: {setting} is not set")


class DeviceTokens(Protocol):
    """Makes what an agent's device shows to the carrier."""

    def token_for(self, identity: str, push_credential_sid: str | None, now: datetime) -> str:
        """A token for the device of that client name, valid for an hour from `now`; with the
        credential the carrier can wake a mobile device. Errors: `NotSetUp`.
        """


class Carrier(Protocol):
    """Carries out orders. Every method may raise a `CarrierError` and takes seconds at most."""

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        """Do it, and say what is known to have happened by it.

        One request, and a question where its response or its refusal does not say how the leg is.
        RedirectLeg, and HangUpLeg with a sentence: nothing (callbacks tell); where the leg is
        over, its `LegEnded` and no error.
        DialLeg: `LegProgressed(QUEUED)` with the new call SID. A label that is taken (16026)
        means that an earlier order arrived: no error, the facts of `find_out`.
        PlaceCall: `LegProgressed(QUEUED)` with the new call SID.
        CancelLeg: `LegEnded` where it stopped, `LegProgressed(ANSWERED)` where the call itself
        says that it was answered before. HangUpLeg: `LegEnded`, also where it was over.
        EndConference: `ConferenceEnded`, also where it was over; a guess, where it was not found:
        whoever was inside has to be hung up by their own legs. RecordLeg: `RecordingStarted`.
        AdjustLeg: `LegAdjusted`, and how the leg is by then as `LegPresence`. AnnounceToLeg
        and PlayDigits: nothing, or `LegEnded` where the leg is over.
        """

    def find_out(self, order: Order) -> tuple[Fact, ...] | None:
        """After an unknown outcome: what the order did; None where it did nothing.

        DialLeg is found by its label, PlaceCall not at all: what they may have placed without a
        trace of ours is told by `calls_like`. RedirectLeg is found by the leg's own state and the
        conference's list, AdjustLeg by the participant. AnnounceToLeg leaves no trace: what is
        heard twice does less harm than a sentence that is not heard. Nor does PlayDigits: whether
        we were asked for the digits, the session knows.
        """

    def calls_like(self, order: DialLeg | PlaceCall, since: datetime) -> tuple[PossibleCall, ...]:
        """Every call that this order may have placed since it was first given, newest first; each
        may be somebody else's.
        """

    def look_up(
        self, leg_id: str, call_sid: str, conference_sid: str | None = None
    ) -> tuple[Fact, ...]:
        """How that leg is now. It counts as over where the carrier, asked twice, knows neither the
        call nor, in that conference, the participant: a guess, which a later report takes back.
        """

    def look_up_conference(self, conference_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is in that conference, how they take part in it, and whether it has begun or, with
        nobody inside, ended; `legs` maps call SIDs to our leg ids. Nothing where it is not found.
        """

    def look_up_dialled(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """The legs dialled by `call_sid`; `legs` maps an address to our leg id."""

    def conference_status(self, conference_sid: str) -> ConferenceStatus:
        """How that conference is, by one question."""

    def look_into_rooms(self, room_name: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is inside the open conferences of that name, there may be one in each region, and
        `RoomsSeen`; `legs` maps call SIDs to our leg ids. At most four requests.
        """

    def answer_anything(self) -> None:
        """One small question; no error means that the carrier answers."""

    def live_calls(self) -> list[CallRecord]:
        """Calls that are not over, the first thousands; other people's may be among them."""
