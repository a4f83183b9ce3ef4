"""Asks Twilio how things are: after an unknown outcome, and for legs silent for too long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.call import CallInstance  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.conference import (  # type: ignore[import-untyped]
    ConferenceInstance,
)

from evovoice.carrier.call_words import OUTCOMES
from evovoice.carrier.port import CallRecord, NotFound, OutcomeUnknown, PossibleCall
from evovoice.carrier.twilio_errors import NOT_FOUND, translated
from evovoice.carrier.twilio_responses import (
    adjusted,
    bare,
    call_facts,
    call_record,
    checked_call_sid,
    checked_recording_sid,
    conference_facts,
    gone,
    has_answered,
    has_ended,
    is_as_ordered,
    participant_facts,
    presence,
)
from evovoice.domain.messages import ConferenceEnded, Fact, RecordingStarted, RoomsSeen
from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    CancelLeg,
    DialLeg,
    EndConference,
    HangUpLeg,
    Order,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)
from evovoice.domain.states import ConferenceStatus

_SLACK = timedelta(seconds=3)  # Twilio's times have no fractions, and two clocks differ a little
_STILL_OURS = frozenset({"queued", "ringing", *OUTCOMES})
_ENOUGH = 50
_MOST_INSIDE = 250  # of one conference (3.5)
_OVER = "completed"
_LIVE = ("in-progress", "ringing", "queued")
_MOST_LIVE = 1000  # of each status; as many as fit on one page
_CONFERENCE = {
    "init": ConferenceStatus.IN_PROGRESS,
    "in-progress": ConferenceStatus.IN_PROGRESS,
    "completed": ConferenceStatus.COMPLETED,
}
_MOST_ROOMS = 3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class TwilioQuestions:
    """Questions only: nothing here changes anything, all of it may be repeated."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    def outcome_of(self, order: Order) -> tuple[Fact, ...] | None:
        """What an order did, or None where it did nothing."""
        facts: tuple[Fact, ...] | None
        match order:
            case RedirectLeg():
                facts = self._of_redirect(order)
            case DialLeg():
                facts = self.labelled(order)
            case PlaceCall() | AnnounceToLeg() | PlayDigits():
                facts = None  # it has no label; what was heard leaves no trace at the carrier
            case CancelLeg() | HangUpLeg():
                facts = self._of_stop(order)
            case EndConference():
                facts = self._of_close(order)
            case RecordLeg():
                facts = self._of_record(order)
            case AdjustLeg():
                facts = self._of_adjust(order)
        return facts

    def leg(
        self, leg_id: str, call_sid: str, conference_sid: str | None = None
    ) -> tuple[Fact, ...]:
        """How that leg is now. One 404 proves nothing (10.1): the participant is asked for, where
        the conference is known, and the call once more; only then the leg counts as gone.
        """
        found = self._known_call(leg_id, call_sid)
        if found is None and conference_sid:
            found = self._participant(leg_id, call_sid, conference_sid)
        if found is None:
            found = self._known_call(leg_id, call_sid)
        return found or (gone(leg_id, call_sid, NOT_FOUND, self._clock()),)

    def certain_leg(self, leg_id: str, call_sid: str) -> tuple[Fact, ...]:
        """How that leg is now, where something is about to follow from it.

        Errors: `OutcomeUnknown` where the call is not found: it is asked for again later.
        """
        found = self._known_call(leg_id, call_sid)
        if found is None:
            raise OutcomeUnknown("The carrier does not find the call")
        return found

    def _known_call(self, leg_id: str, call_sid: str) -> tuple[Fact, ...] | None:
        """The call's own word, None where it is not found."""
        try:
            with translated():
                return call_facts(leg_id, self._client.calls(call_sid).fetch(), self._clock())
        except NotFound:
            return None

    def _participant(self, leg_id: str, key: str, conference_sid: str) -> tuple[Fact, ...] | None:
        """The participant with that call SID or label, None where there is none."""
        try:
            with translated():
                participants = self._client.conferences(conference_sid).participants
                return participant_facts(leg_id, participants(key).fetch(), self._clock())
        except NotFound:
            return None

    def conference(self, conference_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is inside and how; where nobody is, whether the conference is over. One that is not
        found proves nothing (10.1).
        """
        resource = self._client.conferences(conference_sid)
        try:
            with translated():
                participants = resource.participants.list(limit=_MOST_INSIDE)
                facts = conference_facts(conference_sid, participants, legs, self._clock())
                if facts or resource.fetch().status != _OVER:
                    return facts
        except NotFound:
            return ()
        return (ConferenceEnded(conference_sid, self._clock()),)

    def dialled_by(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """The legs that call has dialled; of two to one address the one that lives counts."""
        known = {bare(address): leg_id for address, leg_id in legs.items()}
        with translated():
            children = self._client.calls.list(parent_call_sid=call_sid, limit=_ENOUGH)
            children.sort(key=lambda c: (c.status not in OUTCOMES, _created(c)))
            newest = {known[bare(c.to)]: c for c in children if bare(c.to) in known}
            now = self._clock()
            return tuple(f for leg_id, c in newest.items() for f in call_facts(leg_id, c, now))

    def rooms(self, room_name: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is inside the newest open conferences of that name."""
        rooms = self._open_rooms(room_name)[:_MOST_ROOMS]
        inside = [fact for room in rooms for fact in self._inside(room.sid, legs)]
        regions = {room.sid: room.region or None for room in rooms}
        return (*inside, RoomsSeen(self._clock(), regions))

    def live_calls(self) -> list[CallRecord]:
        """Three questions, one for each status that a call may have before its end."""
        with translated():
            found = [
                call
                for status in _LIVE
                for call in self._client.calls.list(
                    status=status, limit=_MOST_LIVE, page_size=_MOST_LIVE
                )
            ]
            return list({call.sid: call_record(call) for call in found}.values())

    def _of_redirect(self, order: RedirectLeg) -> tuple[Fact, ...] | None:
        """The leg's own state first: a leg that is over is in no conference."""
        state = self.certain_leg(order.leg_id, order.call_sid)
        if has_ended(state):
            return state
        conference = self._conference_named(order.room_name)
        if conference is None:
            return None
        inside = self._inside(conference.sid, {order.call_sid: order.leg_id})
        moved = any(getattr(f, "call_sid", None) == order.call_sid for f in inside)
        return inside if moved else None

    def _conference_named(self, name: str) -> ConferenceInstance | None:
        """The newest open one: a name that is used again belongs to a new conference (R20)."""
        return next(iter(self._open_rooms(name)), None)

    def _open_rooms(self, name: str) -> list[ConferenceInstance]:
        """The open conferences of that name, the newest first."""
        with translated():
            found = self._client.conferences.list(friendly_name=name, limit=_ENOUGH)
            found = [room for room in found if room.status != "completed"]
            return sorted(found, key=_created, reverse=True)

    def _inside(self, conference_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        try:
            with translated():
                participants = self._client.conferences(conference_sid).participants
                return presence(participants.list(limit=_MOST_INSIDE), legs, self._clock())
        except NotFound:
            return ()

    def labelled(self, order: DialLeg) -> tuple[Fact, ...] | None:
        """The participant whose label is our leg's id, None where there is none."""
        return self._participant(order.leg_id, order.leg_id, order.conference_sid)

    def calls_like(self, order: DialLeg | PlaceCall, since: datetime) -> tuple[PossibleCall, ...]:
        """The calls that may be this one, where nothing speaks against it; newest first.

        A label is free again as soon as its party is gone, and may name nobody before the
        answer (S1): a call that rings, waits or is over can be ours. One that is in progress
        cannot, it would be in the conference under its label, or have asked us what to do;
        somebody else placed it. No filter by start: a call that still rings may have none.
        """
        with translated():
            calls = self._client.calls.list(to=order.to, limit=_ENOUGH)  # the newest come first
            ours = [c for c in calls if _matches(c, order, since) and c.status in _STILL_OURS]
            now = self._clock()
            return tuple(
                PossibleCall(checked_call_sid(c.sid), call_facts(order.leg_id, c, now))
                for c in sorted(ours, key=_created, reverse=True)
            )

    def _of_stop(self, order: CancelLeg | HangUpLeg) -> tuple[Fact, ...] | None:
        """A leg that is still there was not stopped, unless the order was to spare it."""
        state = self.certain_leg(order.leg_id, order.call_sid)
        spared = isinstance(order, CancelLeg) and has_answered(state)
        return state if has_ended(state) or spared else None

    def _of_record(self, order: RecordLeg) -> tuple[Fact, ...] | None:
        """Whether that call was recorded: nobody but us records it.

        Errors: `OutcomeUnknown` where the call is not found: it is asked for again later.
        """
        try:
            with translated():
                found = self._client.calls(order.call_sid).recordings.list(limit=1)
                sids = [checked_recording_sid(recording.sid) for recording in found]
        except NotFound:
            raise OutcomeUnknown("The carrier does not find the call") from None
        now = self._clock()
        return (RecordingStarted(order.leg_id, now, sids[0]),) if sids else None

    def _of_adjust(self, order: AdjustLeg) -> tuple[Fact, ...] | None:
        """A participant that is as ordered needs no second order, which might be refused (R39)."""
        try:
            with translated():
                participants = self._client.conferences(order.conference_sid).participants
                participant = participants(order.call_sid).fetch()
                if is_as_ordered(order, participant):
                    return adjusted(order, participant, self._clock())
        except NotFound:
            return None
        return None

    def _of_close(self, order: EndConference) -> tuple[Fact, ...] | None:
        """One that is not found may be there all the same: that it is over is a guess."""
        status = self.conference_status(order.conference_sid)
        if status is ConferenceStatus.IN_PROGRESS:
            return None
        is_guess = status is ConferenceStatus.NOT_FOUND
        return (ConferenceEnded(order.conference_sid, self._clock(), is_guess=is_guess),)

    def conference_status(self, conference_sid: str) -> ConferenceStatus:
        """How that conference is; a word that we do not know says nothing."""
        try:
            with translated():
                told = self._client.conferences(conference_sid).fetch().status
        except NotFound:
            return ConferenceStatus.NOT_FOUND
        if told not in _CONFERENCE:
            raise OutcomeUnknown("The carrier's answer has a conference in a state we do not know")
        return _CONFERENCE[told]


def _matches(call: CallInstance, order: DialLeg | PlaceCall, since: datetime) -> bool:
    """Whether it was placed by REST, between these two, and not before the order was given."""
    ends = bare(call.to) == bare(order.to) and bare(call._from) == bare(order.from_number)
    placed = _created(call) >= since - _SLACK
    return bool(call.direction == "outbound-api" and ends and placed)


def _created(resource: CallInstance | ConferenceInstance) -> datetime:
    created = resource.date_created
    return created if isinstance(created, datetime) else _LONG_AGO
