"""The table of errors of contract 5: which error has which code, status and pause."""

from dataclasses import dataclass

from evovoice.carrier.inbound import BadReport
from evovoice.carrier.port import (
    CarrierBusy,
    CarrierRefused,
    CarrierUnreachable,
    NotSetUp,
    OutcomeUnknown,
)
from evovoice.domain import errors as domain
from evovoice.services import errors as services
from evovoice.services.administration import refusals as setup
from evovoice.storage.unit_of_work import DatabaseUnavailable
from evovoice.web import refusals


@dataclass(frozen=True, slots=True)
class Row:
    """One case. `retry_after` in seconds; `message` only where the error's own is not shown."""

    code: str
    status: int
    retry_after: int | None = None
    message: str | None = None


UNEXPECTED = Row("ServerError", 500)
_UNAVAILABLE = Row("CarrierUnavailable", 503, 5, "The carrier cannot be reached")
_NOT_READY = Row("ServiceUnavailable", 503, 5, "The service is not ready")

# Errors that carry their own code find their status by it.
BY_CODE: dict[str, Row] = {
    row.code: row
    for row in (
        Row("InvalidDestination", 400),
        Row("UnknownAgent", 400),
        Row("EmergencyNotAllowed", 403),
        Row("PremiumNotAllowed", 403),
        Row("CountryNotAllowed", 403),
        Row("DestinationForbidden", 403),
        Row("InvalidFromNumber", 400),
        Row("FromNumberNotOwned", 403),
        Row("CallNotInSession", 409),
        Row("ConferenceFull", 409),
        Row("CarrierBusy", 503, 2),
        Row("CarrierUnavailable", 503, 5),
        Row("CarrierRefused", 502),
    )
}

BY_ERROR: dict[type[Exception], Row] = {
    domain.SessionNotFound: Row("NotFound", 404),
    domain.SessionHasEnded: Row("SessionEnded", 409),
    domain.PersonalDataAreErased: Row("PersonalDataErased", 409),
    domain.NotConnectedYet: Row("NotConnected", 409),
    domain.CallNotInSession: Row("CallNotInSession", 409),
    domain.NothingRings: Row("CallNotInSession", 409),
    domain.NotYourCall: Row("NotYourCall", 403),
    domain.ConferenceIsOver: Row("NotConnected", 409),
    domain.ConferenceFull: Row("ConferenceFull", 409),
    domain.TooManyPendingMembers: Row("TooManyPendingMembers", 429, 5),
    domain.NobodyElseConnected: Row("MemberNotConnected", 409),
    domain.NobodyEndsHold: Row("MemberNotConnected", 409),
    domain.MemberNotCalled: Row("MemberNotCalled", 409),
    domain.ConferenceNotOpen: Row("NotConnected", 409),
    domain.CoachesThemselves: Row("CoachesThemselves", 400),
    domain.CoachedOnHold: Row("MemberNotConnected", 409),
    domain.OnlySupervises: Row("OnlySupervises", 409),
    domain.SupervisesOwnCall: Row("AlreadyInCall", 409),
    domain.WhomToCoach: Row("CallNotInSession", 409),
    domain.TooFewToSupervise: Row("MemberNotConnected", 409),
    domain.HandsOverToOneself: Row("InvalidDestination", 400),
    domain.TransferUnderWay: Row("TransferUnderWay", 409),
    domain.PartyInCall: Row("PartyInCall", 409),
    domain.TransferNotFound: Row("TransferNotFound", 404),
    domain.TransferIsOver: Row("TransferIsOver", 409),
    domain.TransferHandedOver: Row("TransferHandedOver", 409),
    domain.MemberNotFound: Row("MemberNotFound", 404),
    domain.MemberNotConnected: Row("MemberNotConnected", 409),
    services.ChangeRefused: Row("CarrierRefused", 502),
    services.DigitsNotSent: Row("CarrierRefused", 502),
    services.BadDigits: Row("InvalidDigits", 400),
    services.StateNotWritable: Row("StateNotWritable", 409),
    services.RecordingIsOff: Row("Forbidden", 403),
    services.NotSignedIn: Row("Unauthorized", 401),
    services.SecondFactorNeeded: Row("TwoFactorRequired", 401),
    services.BasicIsNotEnough: Row("TwoFactorRequired", 401),
    services.SignInNotBegun: Row("SignInNotBegun", 401),
    services.NotProven: Row("IdentityNotProven", 401),
    services.IdentityUnknown: Row("IdentityUnknown", 401),
    services.ProviderUnreachable: Row("IdentityProviderUnavailable", 503, 30),
    services.WrongCode: Row("InvalidCode", 401),
    services.WrongPresentCode: Row("InvalidCode", 403),
    services.SecondFactorIsOn: Row("SecondFactorExists", 409),
    services.NoSecondFactor: Row("NoSecondFactor", 409),
    services.ResetsTheirOwn: Row("Forbidden", 403),
    services.WrongPresentPassword: Row("WrongPassword", 403),
    services.HasNoPassword: Row("NoPassword", 409),
    services.BadPassword: Row("PasswordNotAllowed", 400),
    services.TooManyLogins: Row("TooManyLogins", 429, 90),
    services.UserNotFound: Row("NotFound", 404),
    services.AccountNotFound: Row("NotFound", 404),
    services.SearchTooBroad: Row("SearchTooBroad", 400),
    services.TooManySearches: Row("TooManySearches", 429, 1),
    services.AboveOwnRole: Row("Forbidden", 403),
    setup.NotOnOneself: Row("Forbidden", 403),
    setup.GivesGreaterRole: Row("Forbidden", 403),
    setup.OnlyAdministrators: Row("Forbidden", 403),
    setup.KeyNotFound: Row("NotFound", 404),
    setup.NumberNotFound: Row("NotFound", 404),
    services.SetupProblem: Row("InvalidValue", 400),
    setup.AlreadyTaken: Row("AlreadyTaken", 409),
    setup.AccountInUse: Row("AccountInUse", 409),
    setup.InvalidLines: Row("InvalidLines", 400),
    setup.UserIsDisabled: Row("UserIsDisabled", 409),
    services.TokenMakesNone: Row("Forbidden", 403),
    services.RateLimited: Row("RateLimited", 429, 5),
    services.TooManyCalls: Row("TooManyCalls", 429, 5),
    services.TooManyStreams: Row("TooManyStreams", 503, 2),
    services.IdempotencyKeyReused: Row("IdempotencyKeyReused", 409),
    refusals.UnreadableBody: Row("SerializationException", 400),
    refusals.UnsupportedContentType: Row("UnsupportedContentType", 415),
    refusals.BatchTooLong: Row("BatchTooLong", 400),
    refusals.EmptyFields: Row("NotEmpty", 400),
    refusals.NoBounds: Row("NotEmpty", 400),
    refusals.EndBeforeStart: Row("EndBeforeStart", 400),
    refusals.WrongRole: Row("Forbidden", 403),
    refusals.ForeignOrigin: Row("ForeignOrigin", 403),
    refusals.UnknownProvider: Row("NotFound", 404),
    refusals.InvalidSignature: Row("Forbidden", 403),
    refusals.WrongMetricsToken: Row("Unauthorized", 401),
    refusals.NotReady: _NOT_READY,
    BadReport: Row("SerializationException", 400),
    NotSetUp: Row("ServiceUnavailable", 503, 60),
    CarrierBusy: Row("CarrierBusy", 503, 2),
    CarrierUnreachable: _UNAVAILABLE,
    OutcomeUnknown: _UNAVAILABLE,
    DatabaseUnavailable: _NOT_READY,
}

# What the carrier's own numbers for a refusal mean to our clients.
_TWILIO_WORDS: dict[str, tuple[int, ...]] = {
    "InvalidDestination": (21201, 21211, 21214, 21217, 13223, 13224),
    "FromNumberNotOwned": (21210, 21212, 21213, 21264, 13214, 13247),
    "CountryNotAllowed": (21203, 21215, 13227, 32205),
    "DestinationForbidden": (21216, 21219, 13225),
    "CallNotInSession": (21220,),
    "ConferenceFull": (16020,),
    "CarrierBusy": (20429, 10004, 16021),
    "CarrierUnavailable": (20003,),
}
_BY_TWILIO_CODE = {code: word for word, codes in _TWILIO_WORDS.items() for code in codes}
_TOO_MANY_REQUESTS, _THEIR_FAULT = 429, 500
_OF_FRAMEWORK = (Row("MethodNotAllowed", 405), Row("BodyTooLarge", 413))


def codes() -> dict[int, list[str]]:
    """Every status that an error may have, with its codes."""
    rows = (*BY_ERROR.values(), *BY_CODE.values(), *_OF_FRAMEWORK, UNEXPECTED)
    found: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.status):
        known = found.setdefault(row.status, [])
        known += [row.code] if row.code not in known else []
    return found


def row_of(error: Exception) -> Row | None:
    """The case of that error; None where nobody expected it."""
    if isinstance(error, CarrierRefused):
        return BY_CODE[_word_for(error)]
    if isinstance(error, services.BadDestination | services.BadFromNumber | services.RefusedBefore):
        return BY_CODE.get(error.code)
    kinds = (BY_ERROR.get(kind) for kind in type(error).__mro__)
    return next((row for row in kinds if row is not None), None)


def _word_for(error: CarrierRefused) -> str:
    if error.code in _BY_TWILIO_CODE:
        return _BY_TWILIO_CODE[error.code]
    if error.status == _TOO_MANY_REQUESTS:
        return "CarrierBusy"
    return "CarrierUnavailable" if error.status >= _THEIR_FAULT else "CarrierRefused"
