"""What several groups of operations take: the session, the agent's own leg, a user."""

from dataclasses import dataclass

from evovoice.web.servicestack.fields import FieldLocation, TelephoneText, Text
from evovoice.web.servicestack.request_schema import RequestSchema

_OWN_LEG = "Call that is up on the agent's own device; left out: the user's only one"


class SessionRequestSchema(RequestSchema):
    """What an operation on one session takes."""

    session_id = Text("sessionId", FieldLocation.PATH, "Which session", load_default="")


class OwnLegSchema(SessionRequestSchema):
    call_sid = Text("callSid", FieldLocation.BODY, _OWN_LEG)


class NewPartySchema(SessionRequestSchema):
    """What an operation takes that rings somebody for a call."""

    call_sid = Text(
        "callSid",
        FieldLocation.BODY,
        "Call that is up on the agent's own device, not the customer's",
    )
    destination = TelephoneText(
        "destination", FieldLocation.BODY, "Whom to invite: a number, a SIP address or a user",
        load_default="", filled=True,
    )  # fmt: skip
    from_number = TelephoneText("fromNumber", FieldLocation.BODY, "Caller ID to show")
    send_digits = Text(
        "sendDigits",
        FieldLocation.BODY,
        "Digits to send once they have answered, such as an extension: 0-9 * # w W and commas",
    )


class MemberKey(Text):
    """Which party. Any text may be asked for: it is compared with keys, never stored or looked up,
    so that an odd one is an unknown member and not an unknown session.
    """

    def _storable(self, value: str) -> bool:
        del value
        return True


class MemberSchema(SessionRequestSchema):
    call_sid = MemberKey("callSid", FieldLocation.PATH, "Call of the party, or its memberId")


class UserRequestSchema(RequestSchema):
    """What an operation on one user takes."""

    user_id = Text(
        "userId", FieldLocation.PATH, "Id of the user", load_default="", filled=True
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoFields:
    """A request that asks for nothing in particular."""


@dataclass(frozen=True, slots=True)
class SessionRequest:
    session_id: str


@dataclass(frozen=True, slots=True)
class OwnLegRequest:
    session_id: str
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class UserRequest:
    user_id: str
