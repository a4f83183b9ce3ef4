"""Sessions and facts for domain tests, in as few words as the story needs."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from evovoice.domain import commands, opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.facts import observe
from evovoice.domain.hanging_up import reissue_hangups
from evovoice.domain.looking import note_look
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    LOOK,
    ConferenceEnded,
    ConferenceStarted,
    Fact,
    LegEnded,
    LegPresence,
    LegProgressed,
)
from evovoice.domain.opening import NewLeg
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import Order
from evovoice.domain.requests import AddMember, Command
from evovoice.domain.states import EndSource, LegProgress, Outcome
from evovoice.domain.transfer import Substitute, TransferPlan
from evovoice.domain.values import Account, PhoneNumber, Role, User

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
ACCOUNT = Account("a-1", "Acme", "US")
ANN = User("u-ann", "a-1", "Ann", "ann@acme.test", Role.USER, "ann_1")
BOB = User("u-bob", "a-1", "Bob", "bob@acme.test", Role.USER, "bob_1")
BOSS = User("u-boss", "a-1", "Boss", "boss@acme.test", Role.MANAGER, "boss-1")
CUSTOMER, OURS = "+12025550123", "+14155550100"
CALLER, AGENT, THIRD = "CA" + "0" * 31 + "1", "CA" + "0" * 31 + "2", "CA" + "0" * 31 + "3"
ROOM = "CF" + "0" * 31 + "1"
FALLBACK = "+13125550999"
PLAN = TransferPlan(
    "t-1", OURS, ("m-recall", "leg-recall"),
    (Substitute("m-fallback", "leg-fallback", FALLBACK, FALLBACK),),
)  # fmt: skip


def at(seconds: float) -> datetime:
    """A moment of the story."""
    return NOW + timedelta(seconds=seconds)


def incoming(*agents: User) -> CallSession:
    """A customer calls our number, which rings `agents` (Ann, unless said otherwise)."""
    rung = [(agent, NewLeg(f"m-{agent.id}", f"leg-{agent.id}")) for agent in agents or (ANN,)]
    session = opening.incoming(
        ACCOUNT,
        session_id="s-1",
        call_sid=CALLER,
        called=PhoneNumber(OURS),
        caller=CUSTOMER,
        caller_ids=NewLeg("m-caller", "leg-caller"),
        agents=rung,
        now=NOW,
    )
    derive_orders(session, NOW)
    return session


def outgoing() -> CallSession:
    """Ann's device calls the customer."""
    session = opening.outgoing(
        ACCOUNT,
        session_id="s-1",
        call_sid=AGENT,
        agent=ANN,
        agent_ids=NewLeg("m-agent", "leg-agent"),
        destination="202 555 0123",
        caller_id=PhoneNumber(OURS),
        now=NOW,
    )
    ids = NewLeg("m-caller", "leg-caller")
    opening.dial_first(session, ids, PhoneNumber(CUSTOMER), CUSTOMER, None)
    derive_orders(session, NOW)
    return session


def placed() -> CallSession:
    """The boss has a number called; nobody of ours is rung yet."""
    session = opening.placed(
        ACCOUNT,
        session_id="s-1",
        by=BOSS,
        ids=NewLeg("m-caller", "leg-caller"),
        number=PhoneNumber(CUSTOMER),
        destination="202 555 0123",
        caller_id=PhoneNumber(OURS),
        flow_id="flow-1",
        now=NOW,
    )
    derive_orders(session, NOW)
    return session


def progressed(leg_id: str, sid: str, progress: LegProgress, seconds: float = 1) -> LegProgressed:
    return LegProgressed(leg_id, sid, progress, at(seconds))


def answered(leg_id: str, sid: str, seconds: float = 2) -> LegProgressed:
    return progressed(leg_id, sid, LegProgress.ANSWERED, seconds)


def ended(
    leg_id: str | None, sid: str | None, outcome: Outcome = Outcome.COMPLETED, seconds: float = 60
) -> LegEnded:
    return LegEnded(leg_id, sid, outcome, EndSource.CALL, at(seconds))


@dataclass
class ConferenceReports:
    """Reports of one conference with their numbering."""

    sid: str = ROOM
    sequence: int = 0

    def joins(self, call_sid: str, leg_id: str | None = None) -> LegPresence:
        return self._report(call_sid, leg_id, inside=True)

    def leaves(self, call_sid: str, leg_id: str | None = None) -> LegPresence:
        return self._report(call_sid, leg_id, inside=False)

    def holds(self, call_sid: str, held: bool = True) -> LegPresence:
        return self._report(call_sid, None, inside=True, held=held)

    def mutes(self, call_sid: str, muted: bool = True) -> LegPresence:
        return self._report(call_sid, None, inside=True, muted=muted)

    def looks(
        self,
        call_sid: str,
        seconds: float,
        *,
        inside: bool = True,
        held: bool = False,
        muted: bool = False,
    ) -> LegPresence:
        """What the carrier says, asked so many seconds into the story; it has no number."""
        when = at(seconds)
        return LegPresence(None, call_sid, self.sid, LOOK, inside, held, muted, when)

    def coaches(self, call_sid: str) -> LegPresence:
        return replace(self._report(call_sid, None, inside=True), coaching=True)

    def starts(self) -> ConferenceStarted:
        self.sequence += 1
        return ConferenceStarted(self.sid, at(10 + self.sequence))

    def closes(self) -> ConferenceEnded:
        self.sequence += 1
        return ConferenceEnded(self.sid, at(10 + self.sequence))

    def _report(
        self,
        call_sid: str,
        leg_id: str | None,
        *,
        inside: bool,
        held: bool = False,
        muted: bool = False,
    ) -> LegPresence:
        self.sequence += 1
        when = at(10 + self.sequence)
        return LegPresence(leg_id, call_sid, self.sid, self.sequence, inside, held, muted, when)


def tell(session: CallSession, *facts: Fact) -> list[Order]:
    """Let the session observe facts; what it ordered in answer."""
    for fact in facts:
        observe(session, [fact], fact.at)
        derive_orders(session, fact.at)
    return taken(session)


def ask(session: CallSession, command: Command, seconds: float) -> None:
    """A person asks for something, and what follows is derived."""
    handle(session, command, at(seconds))
    derive_orders(session, at(seconds))


def checked_in_vain(session: CallSession, seconds: float) -> list[Order]:
    """The carrier was asked, and whoever we had stopped lives; what is ordered in answer."""
    note_look(session, at(seconds), complete=True)
    reissue_hangups(session, at(seconds))
    derive_orders(session, at(seconds))
    return taken(session)


def taken(session: CallSession) -> list[Order]:
    """The orders given since the last look."""
    orders, session.orders = session.orders, []
    return orders


def add(session: CallSession, number: str = "+442079460123", name: str = "third") -> Member:
    """Ann adds a party by number."""
    command = AddMember(
        by=ANN,
        member_id=f"m-{name}",
        leg_id=f"leg-{name}",
        address=PhoneNumber(number),
        display_name=number,
        from_number=PhoneNumber(OURS),
        destination=number,
    )
    added = commands.add_member(session, command, at(5))
    derive_orders(session, at(5))
    return added


def bridged() -> CallSession:
    """An inbound call that Ann has answered."""
    session = incoming()
    tell(session, answered("leg-u-ann", AGENT))
    return session


def in_conference(reports: ConferenceReports) -> CallSession:
    """The same call as a conference, with a third party accepted by the carrier."""
    session = bridged()
    add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    tell(session, progressed("leg-third", THIRD, LegProgress.QUEUED))
    return session
