"""Sessions to store."""

from datetime import UTC, datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.leg import Leg, LegEnd, ParticipantSettings
from evovoice.domain.member import Member
from evovoice.domain.messages import LOOK, SessionEvent
from evovoice.domain.opening import NewLeg, incoming
from evovoice.domain.orders import (
    AdjustLeg,
    CancelLeg,
    DialLeg,
    EndConference,
    HangUpLeg,
    RedirectLeg,
)
from evovoice.domain.states import (
    Direction,
    EndSource,
    HangupLevel,
    LegProgress,
    MemberRole,
    Outcome,
)
from evovoice.domain.transfer import Substitute, Transfer, TransferEnd, TransferKind
from evovoice.domain.values import (
    Account,
    ClientAddress,
    HoldChange,
    PhoneNumber,
    Role,
    SipAddress,
    User,
)

NOW = datetime(2026, 11, 22, 10, 30, 15, 123457, tzinfo=UTC)
ACME = Account("a-acme", "Acme", "US")
ANN = User("u-ann", "a-acme", "Ann", "Ann@Example.com", Role.USER, "ann_1")
BOB = User("u-bob", "a-acme", "Bob", "bob@example.com", Role.MANAGER, "bob_1")

ALL_ORDERS = [
    RedirectLeg("l-2", "CA2", "room-1"),
    DialLeg("l-3", "CF1", "+14155550100", "+12025550123"),
    CancelLeg("l-3", "CA3"),
    HangUpLeg("l-2", "CA2"),
    EndConference("CF1"),
    AdjustLeg("l-3", "CA3", "CF1", held=True, coaching="CA2"),
]


def later(seconds: float) -> datetime:
    """A moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def ringing_session(
    session_id: str = "s-1", call_sid: str = "CA1", account: Account = ACME, agent: User = ANN
) -> CallSession:
    """A call that rings one agent."""
    return incoming(
        account,
        session_id=session_id,
        call_sid=call_sid,
        called=PhoneNumber("+12025550123"),
        caller="+14155550100",
        caller_ids=NewLeg(f"m-1-{session_id}", f"l-1-{session_id}"),
        agents=[(agent, NewLeg(f"m-2-{session_id}", f"l-2-{session_id}"))],
        now=NOW,
    )


def rich_session() -> CallSession:
    """A session with every field filled, in several values where there are several."""
    return CallSession(
        "a-acme", "Acme \u00fc \U0001f4de", "s-rich", Direction.OUTGOING, "CA1",
        "+14155550100", "+12025550123", NOW, later(9), [_caller(), _ended(), _ringing()],
        _rooms(), "reception", "u-ann", "u-bob",
        '{"note": "x"}', "room-1", "l-2", later(1), later(2), True, "u-ann",
        "Transferring", later(9), later(20), "CA3",
        0, [], [], later(3), later(15), look_failed=True, in_doubt=True,
        redirects=2, rooms_seen_at=later(3), return_until=later(4), return_hold="l-1",
        hold_change=HoldChange("u-ann", "Ann", True, "Transferring", True, ("m-1", "m-2")),
        transfers=[_transfer("t-1", TransferEnd.NOT_REACHED, later(8)), _transfer("t-2")],
    )  # fmt: skip


def _transfer(
    transfer_id: str, end: TransferEnd | None = None, ended_at: datetime | None = None
) -> Transfer:
    recall = Substitute("m-8", "l-8", "client:ann_1", "Ann", "u-ann")
    return Transfer(
        transfer_id, TransferKind.CONSULT, "u-ann", "l-1", "l-2", "+12025550123", later(6),
        (recall, Substitute("m-9", "l-9", "+13125550999", "+13125550999")), 1, ("m-1",),
        handed_over=True, end=end, ended_at=ended_at,
    )  # fmt: skip


def _caller() -> Member:
    settings = ParticipantSettings(
        True, False, "CA3", False, True, "CA2", in_flight=True, adjusted_at=later(8)
    )
    leg = Leg("l-1", "CA1", LegProgress.ANSWERED, later(0.5), settings=settings)
    return Member(
        "m-1", MemberRole.AGENT, ClientAddress("ann_1"), "Ann", leg, NOW, is_original=True,
        is_calling=True, user_id="u-ann",
    )  # fmt: skip


def _ended() -> Member:
    end = LegEnd(Outcome.NO_ANSWER, EndSource.ORDER, later(5), "No such number", 21211)
    leg = Leg(
        "l-2", None, LegProgress.INITIATED, None, end, later(3), "given up", HangupLevel.HANG_UP
    )
    return Member(
        "m-2", MemberRole.TRANSFER, SipAddress("sip:bo@example.com"), "Bo", leg, later(3),
        added_by="u-ann", destination="bo", from_number="+12025550123",
    )  # fmt: skip


def _ringing() -> Member:
    leg = Leg(
        "l-3", "CA3", LegProgress.RINGING, dial_ordered_at=later(3),
        hangup_level=HangupLevel.CANCEL, doubted_at=later(8), leave_wanted=True,
        leave_after="l-2",
    )  # fmt: skip
    number = PhoneNumber("+14155550100")
    return Member("m-3", MemberRole.CALLER, number, "+14155550100", leg, NOW, is_original=True)


def _rooms() -> dict[str, Conference]:
    first = Conference(
        "CF-b", later(2), True, True, True, {"CA1": ParticipantState(7, False, True, False)}
    )
    look = ParticipantState(LOOK, True, True, False, at=later(7.5), is_answer=True)
    states = {"CA3": ParticipantState(1, True, False, True, True, later(5)), "CA1": look}
    looks = {"CA1": look, "CA3": ParticipantState(LOOK, True, False, True, True, later(6))}
    overruled = {"CA1": ParticipantState(0, True, False, False, at=later(4))}
    second = Conference(
        "CF-a",
        later(4),
        states=states,
        looks=looks,
        overruled=overruled,
        region="ie1",
        inside_at={"CA3": later(5)},
    )
    return {"CF-b": first, "CF-a": second}


def full_event(number: int) -> SessionEvent:
    """A line of the log with every field filled."""
    return SessionEvent("Held", f"line {number}", later(number), "CA1", "m-1", "u-ann", {"n": "1"})
