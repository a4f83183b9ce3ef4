"""The call session: who is in the conversation, and what follows from what is known of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.hunt import Hunt
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import Order
from evovoice.domain.states import Direction, EndPolicy
from evovoice.domain.transfer import Transfer
from evovoice.domain.values import HoldChange

_DOUBTED_FOR = timedelta(minutes=5)  # how long an end that was only concluded is asked about


@dataclass(slots=True)
class CallSession:
    """One conversation from the first ring to the last hang-up.

    Facts about legs and conferences only ever grow; what callers ask for is kept beside them
    (`room_name`, `end_wanted`). States are computed, never stored as truth.
    """

    account_id: str
    account_name: str
    id: str
    direction: Direction
    call_sid: str
    to_address: str
    from_address: str
    created_at: datetime
    modified_at: datetime
    members: list[Member] = field(default_factory=list)
    conferences: dict[str, Conference] = field(default_factory=dict)
    destination: str | None = None
    created_by: str | None = None
    last_modified_by: str | None = None
    console_data: str | None = None
    # set by the claim that converts the call, and kept but where it surely did not happen
    room_name: str | None = None
    moving_leg_id: str | None = None  # the claim: this leg is on its way into the conference
    moved_at: datetime | None = None
    converted_at: datetime | None = None
    end_wanted: bool = False
    held_by: str | None = None  # the last user who put somebody on hold
    hold_reason: str = "None"
    ended_at: datetime | None = None
    next_check: datetime | None = None
    newest_call_sid: str | None = None
    last_sequence: int = 0  # number of the newest line of the log; counts 1, 2, 3 ...
    events: list[SessionEvent] = field(default_factory=list)  # not stored yet
    orders: list[Order] = field(default_factory=list)  # not stored yet
    dial_finished_at: datetime | None = None  # the caller was sent on to the conference
    verified_at: datetime | None = None  # when the carrier last told how every live leg is
    look_failed: bool = False  # the last time it was due, it could not be asked
    in_doubt: bool = False  # a leg or the conference may be otherwise than it is shown
    redirects: int = 0  # how often a leg was sent into the conference by the present claim
    rooms_seen_at: datetime | None = None  # when the carrier's list last said who is in there
    return_until: datetime | None = None  # how long the call waits for a device that was lost
    return_hold: str | None = None  # the leg that is on hold for it
    hold_change: HoldChange | None = None  # asked for, and not answered by the carrier yet
    erased_at: datetime | None = None  # since when no outside party's number or name is kept
    end_policy: EndPolicy = EndPolicy.TWO_LEFT
    version: int = field(default=0, compare=False)  # rises with every change that is stored
    transfers: list[Transfer] = field(default_factory=list)  # oldest first; one lives at a time
    hunts: list[Hunt] = field(default_factory=list)  # oldest first

    # --- finding ---------------------------------------------------------------------------

    def member_of(self, leg_id: str | None, call_sid: str | None = None) -> Member | None:
        """The member with that leg, by our id first, else by the carrier's.

        Whatever is told of another call at our leg's address is not told of our leg.
        """
        for member in self.members:
            if leg_id is None or member.leg.id != leg_id:
                continue
            if call_sid is None or member.leg.call_sid in (None, call_sid):
                return member
        return self.member_on_call(call_sid)

    def member_on_call(self, call_sid: str | None) -> Member | None:
        """The member whose leg has that call SID."""
        matches = (m for m in self.members if call_sid and m.leg.call_sid == call_sid)
        return next(matches, None)

    def calling(self) -> Member:
        """The party that made the call: the caller, or the agent who dialled out."""
        return next(m for m in self.members if m.is_calling)

    @property
    def root_call_sid(self) -> str | None:
        """The call it began with; None while a call that we place has not been accepted.

        `call_sid` then holds the id of our own leg instead, and keeps it.
        """
        return self.calling().leg.call_sid

    @property
    def waits_for_caller(self) -> bool:
        """Whether we call the party whose leg is to make the call, and ring nobody of ours yet."""
        return self.calling().was_placed and not self.dialled()

    @property
    def waits_for_own_device(self) -> bool:
        """Whether nobody is dialled yet: the device of the agent who calls has to answer first."""
        calling = self.calling()
        return calling.is_rung_first and not calling.leg.was_answered

    def dialled(self) -> list[Member]:
        """The original parties that were dialled: the agents rung, or the party called."""
        return [m for m in self.members if m.is_original and not m.is_calling]

    def current_conference(self) -> Conference | None:
        """The open conference, else the last one there was; of several the one with most people,
        the newest by the carrier's clock.
        """
        conferences = self.conferences.values()
        if len(conferences) < 2:  # noqa: PLR2004 (nothing to choose from, nearly always)
            return next(iter(conferences), None)
        return max(conferences, key=_rank)

    def state_of(self, leg: Leg) -> ParticipantState | None:
        """The newest report on that leg in the current conference."""
        conference = self.current_conference()
        return conference.states.get(leg.call_sid) if conference and leg.call_sid else None

    def last_seen(self, leg: Leg, call_sid: str | None) -> datetime | None:
        """When the carrier last told by itself that this leg, of that call, lives."""
        sid = leg.call_sid or call_sid or ""
        seen = [conference.inside_at.get(sid) for conference in self.conferences.values()]
        return max((at for at in (*seen, leg.answered_at) if at is not None), default=None)

    # --- judging legs ------------------------------------------------------------------------

    @property
    def was_answered(self) -> bool:
        """Whether the original call was answered: its dialled leg was (contract 4.1)."""
        for member in self.members:  # asked at every turn: no list, no generator
            if member.is_original and not member.is_calling and member.leg.was_answered:
                return True
        return False

    @property
    def hears_farewell(self) -> bool:
        """Whether the dial has reached nobody, and whoever called may still be told so."""
        if self.was_answered or self.waits_for_caller:
            return False
        return all(m.leg.end is not None for m in self.dialled())

    @property
    def is_plain(self) -> bool:
        """Whether the two original legs are still tied by their dial, not by a conference."""
        return self.room_name is None and not self.conferences

    def is_over(self, member: Member) -> bool:
        """Whether that leg is gone: reported, withdrawn, or with all that held it."""
        leg = member.leg
        if leg.end is not None or leg.never_dialled:
            return True
        if member.is_original and self._dial_is_done_with(member):
            return True
        # asked a hundred times an add, nearly always in vain
        for conference in self.conferences.values():
            if conference.close_ordered and conference.ended:
                return self._conference_is_gone(leg)
        return False

    def _dial_is_done_with(self, member: Member) -> bool:
        """Whether the carrier has ended that leg by itself, reported or not: in a plain call
        either side of the dial with the other, and of several devices that it rings the others
        as soon as one is answered (R57).
        """
        if not member.is_calling and not member.leg.was_answered and self.was_answered:
            return True
        return self.is_plain and self._dial_has_ended(member)

    def _dial_has_ended(self, member: Member) -> bool:
        """The carrier ends either side of an answered dial with the other; who made a call that
        nobody answered is told so, and goes then.
        """
        if not member.is_calling:
            return self.calling().leg.end is not None
        answered = [m for m in self.dialled() if m.leg.was_answered]
        return bool(answered) and all(m.leg.end is not None for m in answered)

    def _conference_is_gone(self, leg: Leg) -> bool:
        """Who was inside when we had the conference closed is hung up by the carrier (R27).

        A conference that closed by itself proves nothing: the leg may be on its way to the next.
        Nor does one that was not found when it was to be closed.
        """
        is_gone = False
        for conference in self.conferences.values():
            if not conference.has_inside(leg.call_sid):
                continue
            if not conference.ended:
                return False
            is_gone = is_gone or conference.close_ordered
        return is_gone

    def was_connected(self, member: Member) -> bool:
        """Whether that party ever was part of the conversation."""
        if not member.is_calling or member.was_placed:
            return member.leg.was_answered
        return self.was_answered or self.direction is Direction.OUTGOING

    def is_doubted(self, member: Member, now: datetime) -> bool:
        """Whether that party was not found, or taken for gone a short while ago, and may live."""
        end = member.leg.end
        if end is not None:
            return end.is_guess and now - end.at < _DOUBTED_FOR
        if member.is_calling and self.is_plain and self.ended_at is not None:
            return self.was_answered and now - self.ended_at < _DOUBTED_FOR  # see `reconcile`
        return member.leg.doubted_at is not None

    def is_connected(self, member: Member) -> bool:
        """Whether that leg is up now, on hold or not; `parties` says who is in the conversation."""
        return self.was_connected(member) and not self.is_over(member)

    def is_pending(self, member: Member) -> bool:
        """Whether that party is dialled or about to be, and has not answered."""
        return not self.was_connected(member) and not self.is_over(member)

    def parties(self) -> tuple[list[Member], list[Member]]:
        """The parties who are connected and pending, without who only supervises (decision 113)."""
        connected, pending = self.legs()
        return [m for m in connected if not m.supervises], [m for m in pending if not m.supervises]

    def legs(self) -> tuple[list[Member], list[Member]]:
        """Everybody whose leg is not over, parties or not: who is connected, who is pending."""
        connected, pending = list[Member](), list[Member]()
        for member in self.live():
            (connected if self.was_connected(member) else pending).append(member)
        return connected, pending

    def connected(self) -> list[Member]:
        """Every party of the conversation now."""
        return self.parties()[0]

    def pending(self) -> list[Member]:
        """Every party who has still to answer."""
        return self.parties()[1]

    def live(self) -> list[Member]:
        """Everybody whose leg is not over."""
        return [m for m in self.members if not self.is_over(m)]

    # --- judging the session -------------------------------------------------------------------

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may not be so: nobody could be asked, or a doubt is open."""
        return self.look_failed or self.in_doubt

    @property
    def has_ended(self) -> bool:
        """Whether the session is over; only an end that was guessed is taken back (`facts`)."""
        return self.ended_at is not None

    @property
    def is_converting(self) -> bool:
        """Whether the call is on its way into its conference."""
        return self.moving_leg_id is not None and self.converted_at is None

    def open_conference(self) -> Conference | None:
        """The conference, once it is known to be live: everybody who should be inside is.

        The first to join fixes the callbacks of a conference, so nobody is dialled into
        it before the original parties are there (twilio-voice 1.4).
        """
        conference = self.current_conference()
        if conference is None or conference.closed:
            return None
        if conference.started or all(
            conference.holds(m.leg.call_sid) for m in self._originals_in_call()
        ):
            return conference
        return None

    def _originals_in_call(self) -> list[Member]:
        return [m for m in self.connected() if m.is_original]

    # --- writing down ----------------------------------------------------------------------------

    def log(self, event: SessionEvent) -> None:
        """Add a line to the log, to be stored with the state it belongs to.

        What comes after the personal data were erased brings none of them back.
        """
        self.last_sequence += 1
        self.events.append(event if self.erased_at is None else event.without_text())


def _rank(conference: Conference) -> tuple[bool, int, datetime, str]:
    inside = sum(state.inside for state in conference.states.values())
    return not conference.closed, inside, conference.first_heard_at, conference.conference_sid
