"""Why a use case was refused above the domain; `code` is the contract's errorCode."""


class Refusal(Exception):
    """Something the caller asked for is not possible; the text says what and is theirs to read."""


class BadDestination(Refusal):
    """Whom to dial is not something we dial. `code`: InvalidDestination, UnknownAgent,
    EmergencyNotAllowed, PremiumNotAllowed, CountryNotAllowed or DestinationForbidden.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadFromNumber(Refusal):
    """The caller ID is not a number (InvalidFromNumber) or not ours (FromNumberNotOwned)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RateLimited(Refusal):
    """Too many calls by one user; more in `seconds`."""

    code = "RateLimited"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many calls, try again in {seconds} seconds")
        self.seconds = seconds


class TooManyCalls(Refusal):
    """So many outside parties that the user has had dialled are on the line already."""

    code = "TooManyCalls"

    def __init__(self, live: int) -> None:
        super().__init__(f"You have {live} calls at once; try again once one of them has ended")


class IdempotencyKeyReused(Refusal):
    """The same Idempotency-Key came with another request."""

    def __init__(self) -> None:
        super().__init__("This key belongs to another request")


class RefusedBefore(Refusal):
    """The same request with the same Idempotency-Key was refused for good: as `code` says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ChangeRefused(Refusal):
    """A hold, mute or coaching waited for its turn, and was refused before it was answered."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} stays as before: {reason}")


class BadDigits(Refusal):
    """What is to be sent is no digits, or too many; none of them is named."""

    def __init__(self, message: str) -> None:
        super().__init__(f"These digits cannot be sent: {message}")


class DigitsNotSent(Refusal):
    """Digits did not reach a party."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The digits did not reach {name}: {reason}")


class StateNotWritable(Refusal):
    """A state that only the telephone sets."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(f"{field} follows the call and cannot be set to {value}")


class RecordingIsOff(Refusal):
    """Recordings are off unless whoever runs the service has switched them on."""

    def __init__(self) -> None:
        super().__init__("Recording is switched off here; EVOVOICE_RECORDING=on allows it")


class NotSignedIn(Refusal):
    """No credentials, or credentials that are wrong, expired or revoked."""

    def __init__(self) -> None:
        super().__init__("Not authenticated")


class WrongPassword(NotSignedIn):
    """Somebody signs in with a name or a password that is wrong: which of both is not said."""

    def __str__(self) -> str:
        return "Invalid Username or Password"


class SecondFactorNeeded(NotSignedIn):
    """The password is right, and a code of the second factor is needed as well."""

    def __str__(self) -> str:
        return "A code of your second factor is needed: send it as otp, or as meta.otp"


class BasicIsNotEnough(NotSignedIn):
    """A name and a password with every request, by somebody who has a second factor."""

    def __str__(self) -> str:
        return "Basic does not go with a second factor: sign in with cookies, or use an API key"


class WrongCode(NotSignedIn):
    """The password is right, and the code is not, or has been used."""

    def __str__(self) -> str:
        return "Invalid code"


class SignInNotBegun(NotSignedIn):
    """Somebody comes back from the identity provider whom we have not sent there, or too late."""

    def __str__(self) -> str:
        return "This sign-in was not begun in this browser, or too long ago: begin again"


class NotProven(NotSignedIn):
    """What came back from the identity provider proves nobody; the log says why."""

    def __str__(self) -> str:
        return "The identity provider has not signed you in"


class IdentityUnknown(NotSignedIn):
    """The identity provider has signed somebody in who is no user here, or is disabled."""

    def __str__(self) -> str:
        return (
            "You are signed in at the identity provider, and are no user here: ask a manager to add"
            " you with the e-mail address that it has verified"
        )


class ProviderUnreachable(Refusal):
    """The identity provider does not answer as it should; the log says how."""

    def __init__(self) -> None:
        super().__init__("The identity provider cannot be reached; sign in with a password")


class WrongPresentCode(Refusal):
    """Somebody who is signed in sends a code that is wrong, or has been used."""

    def __init__(self) -> None:
        super().__init__("The code is wrong, or has been used")


class SecondFactorIsOn(Refusal):
    """A second factor is to be set up, and there is one."""

    def __init__(self) -> None:
        super().__init__("There is a second factor already: disable it first")


class NoSecondFactor(Refusal):
    """What needs a second factor, or one that was begun, where there is none."""

    def __init__(self) -> None:
        super().__init__("There is no second factor that could be confirmed or disabled")


class ResetsTheirOwn(Refusal):
    """Somebody wants to reset their own second factor: a stolen login could do that."""

    def __init__(self) -> None:
        super().__init__("Nobody resets their own second factor: ask another manager")


class WrongPresentPassword(Refusal):
    """Somebody who is signed in does not know the password, or has none."""

    def __init__(self) -> None:
        super().__init__("The present password is wrong")


class HasNoPassword(Refusal):
    """What needs the present password, by somebody who has none."""

    def __init__(self) -> None:
        super().__init__("You have no password: you sign in by single sign-on")


class BadPassword(Refusal):
    """A new password that may not be set; the text says which rule it breaks."""


class TooManyLogins(Refusal):
    """Too many wrong passwords for one name, or from one address; more in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failed sign-ins, try again in {seconds} seconds")
        self.seconds = seconds


class UserNotFound(Refusal):
    """There is no such user, or they are of another account."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"User '{wanted}' was not found")


class AccountNotFound(Refusal):
    """There is no such account, or the user may not act on it."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"Account '{account_id}' was not found")


class SearchTooBroad(Refusal):
    """A list that would take the database too long."""

    def __init__(self) -> None:
        super().__init__(
            "The search takes too long; narrow it by startDate and endDate, by accountIds, "
            "or ask with simplifiedPaging=true"
        )


class TooManySearches(Refusal):
    """One user's searches take too much of the database's time; another in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many searches, try again in {seconds} seconds;"
            " pages by accounts and days are not limited"
        )
        self.seconds = seconds


class AboveOwnRole(Refusal):
    """A token for a user with a greater role than one's own, or a change of what they may do."""

    def __init__(self) -> None:
        super().__init__("This user has a greater role than yours")


class TokenMakesNone(Refusal):
    """A token or a key was asked for with a token: it would renew itself for ever."""

    def __init__(self, made: str = "tokens") -> None:
        super().__init__(f"A token makes no {made}: use a password, a login or an API key")


class TooManyStreams(Refusal):
    """Every place for a console that listens is taken, or the process is about to end."""

    def __init__(self) -> None:
        super().__init__("No more event streams can be opened here right now")


class SetupProblem(Refusal):
    """Something cannot be set up as it was said: what is wrong, in one sentence."""
