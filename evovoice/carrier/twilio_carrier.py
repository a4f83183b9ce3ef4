"""Carries out orders at Twilio: one request each, and its response as facts."""

from collections.abc import Callable
from datetime import datetime

from twilio.rest import Client  # type: ignore[import-untyped]

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.call_words import OUTCOMES
from evovoice.carrier.port import (
    CallRecord,
    Carrier,
    CarrierRefused,
    OutcomeUnknown,
    PossibleCall,
    SessionRef,
)
from evovoice.carrier.response_clock import DatedHttpClient, ResponseClock
from evovoice.carrier.twilio_errors import LABEL_IN_USE, NOT_FOUND, NOT_IN_PROGRESS, translated
from evovoice.carrier.twilio_forms import adjust_form, dial_form, place_form
from evovoice.carrier.twilio_questions import TwilioQuestions
from evovoice.carrier.twilio_responses import (
    adjusted,
    checked_call_sid,
    checked_recording_sid,
    has_answered,
    has_ended,
)
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import (
    ConferenceEnded,
    Fact,
    Farewell,
    JoinConference,
    LegEnded,
    LegProgressed,
    RecordingStarted,
)
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
from evovoice.domain.states import ConferenceStatus, EndSource, LegProgress, Outcome

_RECORDING_EVENTS = ["in-progress", "completed", "absent"]
_OVER_ALREADY = frozenset({400, 404})


class TwilioCarrier(Carrier):
    """Twilio, or the emulator in its place."""

    def __init__(
        self,
        client: Client,
        twiml: TwimlWriter,
        addresses: CallbackAddresses,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._twiml = twiml
        self._addresses = addresses
        self._clock = ResponseClock(clock)
        client.http_client = DatedHttpClient(client.http_client, self._clock)
        self._questions = TwilioQuestions(client, self._clock)

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:  # noqa: C901
        """Do it, with exactly one request, and say what is known to have happened by it."""
        match order:
            case RedirectLeg():
                facts = self._redirect(order, ref)
            case DialLeg():
                facts = self._dial(order, ref)
            case PlaceCall():
                facts = self._place(order, ref)
            case CancelLeg():
                facts = self._cancel(order)
            case HangUpLeg():
                facts = self._hang_up(order, ref)
            case EndConference():
                facts = self._close(order)
            case AdjustLeg():
                facts = self._adjust(order)
            case RecordLeg():
                facts = self._record(order, ref)
            case AnnounceToLeg():
                facts = self._announce(order, self._addresses.announcement(order.announcement))
            case PlayDigits():
                facts = self._announce(order, self._addresses.digits(ref, order.leg_id, order.key))
        return facts

    def find_out(self, order: Order) -> tuple[Fact, ...] | None:
        """After an unknown outcome: what the order did; None where it did nothing."""
        return self._questions.outcome_of(order)

    def calls_like(self, order: DialLeg | PlaceCall, since: datetime) -> tuple[PossibleCall, ...]:
        """Every call that this order may have placed, newest first."""
        return self._questions.calls_like(order, since)

    def look_up(
        self, leg_id: str, call_sid: str, conference_sid: str | None = None
    ) -> tuple[Fact, ...]:
        """How that leg is now; over where neither the call nor the participant is known."""
        return self._questions.leg(leg_id, call_sid, conference_sid)

    def look_up_conference(self, conference_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is in that conference and how; `legs` maps call SIDs to our leg ids."""
        return self._questions.conference(conference_sid, legs)

    def look_up_dialled(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """The legs dialled by `call_sid`; `legs` maps an address to our leg id."""
        return self._questions.dialled_by(call_sid, legs)

    def conference_status(self, conference_sid: str) -> ConferenceStatus:
        """How that conference is."""
        return self._questions.conference_status(conference_sid)

    def look_into_rooms(self, room_name: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        """Who is inside the open conferences of that name, whatever their region."""
        return self._questions.rooms(room_name, legs)

    def answer_anything(self) -> None:
        """One call is asked for: standard keys may not read the account itself."""
        with translated():
            self._client.calls.list(limit=1)

    def live_calls(self) -> list[CallRecord]:
        """Calls that are not over, the first thousands of them."""
        return self._questions.live_calls()

    def _redirect(self, order: RedirectLeg, ref: SessionRef) -> tuple[Fact, ...]:
        document = self._twiml.write(JoinConference(order.room_name, order.region), ref)
        response = self._change_call(order, twiml=document)
        return () if isinstance(response, str) else response

    def _adjust(self, order: AdjustLeg) -> tuple[Fact, ...]:
        try:
            with translated():
                participants = self._client.conferences(order.conference_sid).participants
                response = participants(order.call_sid).update(**adjust_form(order))
                return adjusted(order, response, self._clock())
        except CarrierRefused as refusal:
            return self._gone_instead(order, refusal)

    def _announce(self, order: AnnounceToLeg | PlayDigits, url: str) -> tuple[Fact, ...]:
        """Heard by that leg alone (3.4); that digits were asked for, a webhook tells."""
        try:
            with translated():
                participants = self._client.conferences(order.conference_sid).participants
                participants(order.call_sid).update(announce_url=url, announce_method="POST")
        except CarrierRefused as refusal:
            return self._gone_instead(order, refusal)
        return ()

    def _gone_instead(
        self, order: AdjustLeg | AnnounceToLeg | PlayDigits, refusal: CarrierRefused
    ) -> tuple[Fact, ...]:
        """That a leg is over is a fact about the leg; any other refusal is an error."""
        if refusal.code not in (NOT_IN_PROGRESS, NOT_FOUND):
            raise refusal
        state = self._questions.certain_leg(order.leg_id, order.call_sid)
        if not has_ended(state):
            raise refusal
        return state

    def _record(self, order: RecordLeg, ref: SessionRef) -> tuple[Fact, ...]:
        """One channel for who is on the leg and one for all that they hear, silences kept."""
        with translated():
            response = self._client.calls(order.call_sid).recordings.create(
                recording_channels="dual",
                trim="do-not-trim",
                recording_status_callback=self._addresses.recording(ref, order.leg_id),
                recording_status_callback_event=_RECORDING_EVENTS,
            )
            recording_sid = checked_recording_sid(response.sid)
        return (RecordingStarted(order.leg_id, self._clock(), recording_sid),)

    def _cancel(self, order: CancelLeg) -> tuple[Fact, ...]:
        """Any status but a final one says nothing: while a dial rings, a call that still rings
        counts as in progress (2), so the call is asked.
        """
        response = self._change_call(order, status="canceled")
        if not isinstance(response, str):
            return response
        if response in OUTCOMES:
            return (self._stopped(order, OUTCOMES[response]),)
        state = self._questions.certain_leg(order.leg_id, order.call_sid)
        if has_ended(state) or has_answered(state):
            return state
        return self._end_ringing(order)

    def _end_ringing(self, order: CancelLeg) -> tuple[Fact, ...]:
        """`canceled` had no effect on a leg that rings; `completed` ends it too (R12)."""
        response = self._change_call(order, status="completed")
        if not isinstance(response, str):
            return response
        return (self._stopped(order, Outcome.CANCELED),)

    def _hang_up(self, order: HangUpLeg, ref: SessionRef) -> tuple[Fact, ...]:
        if order.sentence is not None:
            document = self._twiml.write(Farewell(order.sentence), ref)
            said = self._change_call(order, twiml=document)
            return () if isinstance(said, str) else said
        response = self._change_call(order, status="completed")
        if not isinstance(response, str):
            return response
        return (self._stopped(order, OUTCOMES.get(response, Outcome.COMPLETED)),)

    def _stopped(self, order: CancelLeg | HangUpLeg, outcome: Outcome) -> LegEnded:
        """Inferred, since our own order proves nothing about whether it had been answered."""
        now = self._clock()
        return LegEnded(order.leg_id, order.call_sid, outcome, EndSource.INFERRED, now)

    def _change_call(
        self, order: RedirectLeg | CancelLeg | HangUpLeg, **change: str
    ) -> str | tuple[Fact, ...]:
        """The call's status in the response; where that was refused, how the call is instead."""
        try:
            with translated():
                call = self._client.calls(order.call_sid).update(**change)
                if checked_call_sid(call.sid) != order.call_sid:
                    raise OutcomeUnknown("The carrier's answer is about another call")
                return str(call.status)
        except CarrierRefused as refusal:
            if refusal.code not in (NOT_IN_PROGRESS, NOT_FOUND):
                raise
            return self._after_refusal(order, refusal, ends_it="completed" in change.values())

    def _after_refusal(
        self, order: RedirectLeg | CancelLeg | HangUpLeg, refusal: CarrierRefused, *, ends_it: bool
    ) -> tuple[Fact, ...]:
        """A refusal proves only itself (10.1): whether the call is over, the call must say.

        Errors: `refusal`, where the call lives on and what was ordered is still to be done.
        """
        state = self._questions.certain_leg(order.leg_id, order.call_sid)
        if has_ended(state) or (isinstance(order, CancelLeg) and has_answered(state)):
            return state
        if isinstance(order, CancelLeg) and not ends_it:
            return self._end_ringing(order)
        raise refusal

    def _dial(self, order: DialLeg, ref: SessionRef) -> tuple[Fact, ...]:
        try:
            with translated():
                participants = self._client.conferences(order.conference_sid).participants
                response = participants.create(
                    **dial_form(
                        order,
                        ref,
                        self._addresses,
                        self._client.region,
                        self._twiml.conference_events,
                    )
                )
                call_sid = checked_call_sid(response.call_sid)
        except CarrierRefused as refusal:
            if refusal.code != LABEL_IN_USE:
                raise
            return self._dialled_before(order)
        return (LegProgressed(order.leg_id, call_sid, LegProgress.QUEUED, self._clock()),)

    def _place(self, order: PlaceCall, ref: SessionRef) -> tuple[Fact, ...]:
        """The leg asks at its own address what to do once it is answered."""
        with translated():
            response = self._client.calls.create(**place_form(order, ref, self._addresses))
            call_sid = checked_call_sid(response.sid)
        return (LegProgressed(order.leg_id, call_sid, LegProgress.QUEUED, self._clock()),)

    def _dialled_before(self, order: DialLeg) -> tuple[Fact, ...]:
        """The label is taken, so an earlier try of this very order arrived."""
        facts = self._questions.labelled(order)
        if facts is None:
            raise OutcomeUnknown("The party was dialled before and cannot be found")
        return facts

    def _close(self, order: EndConference) -> tuple[Fact, ...]:
        """Only the conference itself says that it is over, here or when it is asked.

        400 is an old answer to "already over" (2), 404 weak evidence (10.1).
        """
        try:
            with translated():
                closed = self._client.conferences(order.conference_sid).update(status="completed")
                told: object = closed.status
        except CarrierRefused as refusal:
            facts = self._questions.outcome_of(order) if refusal.status in _OVER_ALREADY else None
            if facts is None:
                raise
            return facts
        return (ConferenceEnded(order.conference_sid, self._clock(), None, told != "completed"),)
