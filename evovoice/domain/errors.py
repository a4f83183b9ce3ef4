"""Why a command is refused: each error names its situation; the web gives it a status."""

from datetime import datetime


class CallSessionError(Exception):
    """A command that cannot be carried out; nothing has changed. Its text is for the agent."""


class SessionNotFound(CallSessionError):
    def __init__(self, session_id: str) -> None:
        super().__init__(f"Session '{session_id}' was not found")


class SessionHasEnded(CallSessionError):
    def __init__(self, session_id: str, ended_at: datetime) -> None:
        stamp = ended_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        super().__init__(f"Session {session_id} ended at {stamp}")


class PersonalDataAreErased(CallSessionError):
    """Somebody writes into a session of which numbers, names and texts were erased."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"The personal data of session {session_id} are erased: it takes no more texts"
        )


class NotConnectedYet(CallSessionError):
    def __init__(self, session_id: str) -> None:
        super().__init__(f"Session {session_id} is not connected yet")


class CallNotInSession(CallSessionError):
    def __init__(self, session_id: str, call_sid: str | None) -> None:
        named = f"Call {call_sid}" if call_sid else "A call of yours"
        super().__init__(f"{named} is not a live leg of session {session_id}")


class NothingRings(CallSessionError):
    """Somebody declines a call that does not ring for them, or not any more."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"No call of session {session_id} rings for you")


class NotYourCall(CallSessionError):
    """The acting user has no leg in the session, or names a leg of somebody else."""


class ConferenceFull(CallSessionError):
    def __init__(self, members: int) -> None:
        super().__init__(f"The conference already has {members} members")


class TooManyPendingMembers(CallSessionError):
    def __init__(self, pending: int) -> None:
        super().__init__(f"{pending} parties are still being called")


class NobodyElseConnected(CallSessionError):
    """Somebody holds a call in which nobody else is connected."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"Nobody else is connected in session {session_id}")


class NobodyEndsHold(CallSessionError):
    """Somebody would be held in a call without any of our users, and be released at once."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"No agent is connected in session {session_id} who could end the hold")


class ConferenceNotOpen(CallSessionError):
    """Nobody can be held, released, muted or coached now."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"The conference of session {session_id} is over, or not everybody has entered it yet"
        )


class CoachesThemselves(CallSessionError):
    """A party is to coach itself."""

    def __init__(self, display_name: str) -> None:
        super().__init__(f"{display_name} cannot coach themselves")


class OnlySupervises(CallSessionError):
    """Somebody would hold, mute or move a leg that is no party: it only monitors or coaches."""

    def __init__(self, display_name: str) -> None:
        super().__init__(
            f"{display_name} only supervises: they change that themselves, by SuperviseSession"
        )


class SupervisesOwnCall(CallSessionError):
    """Somebody who talks in a call is to monitor or coach it."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"You are a party of session {session_id}: you cannot supervise it")


class WhomToCoach(CallSessionError):
    """Nobody was named, and not just one of our users talks."""

    def __init__(self, session_id: str, talking: int) -> None:
        super().__init__(
            f"Say by callSid whom to coach: {talking} agents talk in session {session_id}"
        )


class TooFewToSupervise(CallSessionError):
    """Somebody who has barged in would leave one party alone by stepping back."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"Only one other party is in session {session_id}: the call would end")


class CoachedOnHold(CallSessionError):
    """A coach is to be changed while the party they coach is on hold."""

    def __init__(self, coach: str, coached: str) -> None:
        super().__init__(
            f"{coach} coaches {coached}, who is on hold: resume them or end the coaching first"
        )


class MemberNotCalled(CallSessionError):
    """A party that was added is not called, since somebody has cancelled it."""

    def __init__(self, display_name: str, reason: str) -> None:
        super().__init__(f"{display_name} is not called: {reason}")


class HandsOverToOneself(CallSessionError):
    def __init__(self, destination: str) -> None:
        super().__init__(f"'{destination}' is your own device: hand the call over to somebody else")


class MemberNotFound(CallSessionError):
    def __init__(self, session_id: str, member: str) -> None:
        super().__init__(f"No member {member} in session {session_id}")


class MemberNotConnected(CallSessionError):
    def __init__(self, display_name: str) -> None:
        super().__init__(f"{display_name} is not connected")


class ConferenceIsOver(CallSessionError):
    """The conference has ended and its legs follow, so nothing can be told to it any more."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"The conference of session {session_id} is over")


class TransferUnderWay(CallSessionError):
    """Somebody begins a transfer while another one goes on."""

    def __init__(self, session_id: str, display_name: str) -> None:
        super().__init__(
            f"A transfer of session {session_id} to {display_name} is under way:"
            " complete or cancel it first"
        )


class PartyInCall(CallSessionError):
    """A call is to be transferred to somebody who is part of it."""

    def __init__(self, display_name: str) -> None:
        super().__init__(f"{display_name} is in the call already")


class TransferNotFound(CallSessionError):
    def __init__(self, session_id: str, transfer_id: str) -> None:
        super().__init__(f"No transfer {transfer_id} in session {session_id}")


class TransferIsOver(CallSessionError):
    """Something is asked of a transfer that has come to its end."""

    def __init__(self, transfer_id: str, state: str) -> None:
        super().__init__(f"Transfer {transfer_id} is over: {state}")


class TransferHandedOver(CallSessionError):
    """Something is asked of a transfer whose agent leaves, or has left."""

    def __init__(self, transfer_id: str) -> None:
        super().__init__(f"Transfer {transfer_id} is handed over: the agent leaves, or has left")
