"""The carrier's webhooks: check the signature, read the form, call a service, write TwiML."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from flask import Response, request

from evovoice import metrics
from evovoice.carrier import inbound
from evovoice.carrier.addresses import (
    ANNOUNCEMENT_ROUTE,
    ANSWER_ROUTE,
    CONFERENCE_ROUTE,
    DETECTION_ROUTE,
    DIAL_ACTION_ROUTE,
    DIGITS_ROUTE,
    INCOMING_ROUTE,
    LEG_ROUTE,
    OUTGOING_ROUTE,
    RECORDING_ROUTE,
    STATUS_ROUTE,
)
from evovoice.carrier.capture.recorder import Recorder, Webhook
from evovoice.carrier.detection import detection_report
from evovoice.carrier.port import SessionRef
from evovoice.carrier.signature import SignatureCheck
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.announcements import Announcement
from evovoice.domain.messages import Fact, Farewell, Instruction, LegProgressed
from evovoice.domain.speech import Speech
from evovoice.services import intake
from evovoice.services.app_context import AppContext
from evovoice.services.intake.patience import Patience
from evovoice.storage.unit_of_work import DatabaseUnavailable
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.errors import log_unexpected
from evovoice.web.guards import require_id, whole_body
from evovoice.web.raw_path import raw_path_and_query
from evovoice.web.servicestack.responses import no_content
from evovoice.web.webhook_signature import require_signature

SORRY = Farewell("We are sorry, this call cannot be connected. Please try again later.")
_URLENCODED = "application/x-www-form-urlencoded"

Answered = tuple[Instruction, SessionRef | None]
View = Callable[..., Response]


class CarrierIntake(Protocol):
    """What the carrier asks and tells: `services.intake`, or a double of it."""

    def instruct_incoming(
        self, context: AppContext, call_sid: str, caller: str, called: str
    ) -> Answered: ...
    def instruct_outgoing(
        self, context: AppContext, call_sid: str, identity: str, to: str, from_number: str | None
    ) -> Answered: ...
    def instruct_placed(
        self, context: AppContext, ref: SessionRef, answered: LegProgressed
    ) -> Instruction: ...
    def instruct_after_dial(
        self, context: AppContext, ref: SessionRef, facts: tuple[Fact, ...]
    ) -> Instruction: ...
    def digits_for(
        self, context: AppContext, ref: SessionRef, leg_id: str, key: str, mark: str
    ) -> str | None: ...
    def receive(
        self, context: AppContext, ref: SessionRef, receipt_key: str, facts: tuple[Fact, ...]
    ) -> None: ...
    def receive_speech(self, context: AppContext, ref: SessionRef, speech: Speech) -> None: ...
    def receive_call_report(
        self, context: AppContext, receipt_key: str, call_sid: str, facts: tuple[Fact, ...]
    ) -> None: ...


def webhooks_blueprint(
    context: AppContext,
    signature: SignatureCheck,
    twiml: TwimlWriter,
    clock: Callable[[], datetime],
    patience: Patience,
    intake: CarrierIntake = intake,
    recorder: Recorder | None = None,
) -> GuardedBlueprint:
    """Everything the carrier may call. Questions are answered in TwiML, reports with 204."""
    webhooks = GuardedBlueprint("webhooks", Policy.SIGNED_BY_CARRIER, require_signature(signature))
    if recorder is not None:
        webhooks.before_request(_kept(recorder))
    questions = _Questions(context, twiml, clock, patience, intake)
    reports = _Reports(context, clock, intake)
    routes: dict[str, tuple[str, View]] = {
        "VoiceIncoming": (INCOMING_ROUTE, questions.incoming),
        "VoiceOutgoing": (OUTGOING_ROUTE, questions.outgoing),
        "CallAnswered": (ANSWER_ROUTE, questions.placed),
        "DialAction": (DIAL_ACTION_ROUTE, questions.dial_action),
        "Announcement": (ANNOUNCEMENT_ROUTE, questions.announcement),
        "Digits": (DIGITS_ROUTE, questions.digits),
        "VoiceStatus": (STATUS_ROUTE, reports.of_call),
        "LegStatus": (LEG_ROUTE, reports.of_leg),
        "DetectionStatus": (DETECTION_ROUTE, reports.of_detection),
        "RecordingStatus": (RECORDING_ROUTE, reports.of_recording),
        "ConferenceStatus": (CONFERENCE_ROUTE, reports.of_conference),
    }
    for name, (route, view) in routes.items():
        webhooks.add_url_rule(route, name, view, methods=["POST"], provide_automatic_options=False)
    return webhooks


def _kept(recorder: Recorder) -> Callable[[], None]:
    """After the check of the signature, so that nobody else fills the folder."""

    def keep() -> None:
        is_raw = request.mimetype == _URLENCODED
        pairs = [] if is_raw else list(request.form.items(multi=True))
        recorder.webhook(
            Webhook(
                kind=(request.endpoint or "").rpartition(".")[2],
                path=raw_path_and_query(),
                headers=dict(request.headers),
                body=whole_body() if is_raw else urlencode(pairs).encode(),
            )
        )

    return keep


class _Questions:
    """A caller waits for each of these: whatever happens, the response is a document. Only where
    the database stays away it is 503, so that the carrier asks again, and then at the fallback
    address.
    """

    def __init__(
        self,
        context: AppContext,
        twiml: TwimlWriter,
        clock: Callable[[], datetime],
        patience: Patience,
        intake: CarrierIntake,
    ) -> None:
        self._context, self._twiml, self._clock, self._intake = context, twiml, clock, intake
        self._patience = patience
        self._sorry = twiml.write_without_session(SORRY)

    def incoming(self) -> Response:
        """A number's voice address: somebody calls us."""
        return self._or_sorry(self._instruct_incoming)

    def outgoing(self) -> Response:
        """The TwiML App's voice address: an agent's device places a call."""
        return self._or_sorry(self._instruct_outgoing)

    def placed(self, account_id: str, session_id: str, leg_id: str) -> Response:
        """Somebody has answered a call that we place."""
        ref = SessionRef(account_id, session_id)
        return self._or_sorry(lambda: self._instruct_placed(ref, leg_id))

    def dial_action(self, account_id: str, session_id: str) -> Response:
        """The calling leg's dial is over. With the database away the carrier repeats its question
        where nobody had answered the dial; any other dial leads into the conference.
        """
        ref = SessionRef(account_id, session_id)
        return self._or_sorry(lambda: self._instruct_after_dial(ref))

    def announcement(self, announcement: str) -> Response:
        """What is said to a party of a conference; no session is asked."""
        return self._or_sorry(lambda: self._twiml.write_announcement(Announcement(announcement)))

    def digits(self, account_id: str, session_id: str, leg_id: str, key: str) -> Response:
        """What is to be heard on a leg of a conference, which stays there. An error is an error:
        the carrier repeats its request, and a sentence would help nobody.
        """
        ref = SessionRef(account_id, session_id)
        _require_ids(ref)
        require_id(leg_id)
        require_id(key)
        mark = inbound.repeat_mark(dict(request.headers))
        found = self._intake.digits_for(self._context, ref, leg_id, key, mark)
        return _twiml_response(self._twiml.write_digits(found))

    def _instruct_incoming(self) -> str:
        call = inbound.incoming_call(request.form)
        instruction = self._intake.instruct_incoming(
            self._context, call.call_sid, call.caller, call.called
        )
        return self._written(*instruction)

    def _instruct_outgoing(self) -> str:
        call = inbound.device_call(request.form)
        instruction = self._intake.instruct_outgoing(
            self._context, call.call_sid, call.identity, call.to, call.from_number
        )
        return self._written(*instruction)

    def _instruct_placed(self, ref: SessionRef, leg_id: str) -> str:
        _require_ids(ref)
        require_id(leg_id)
        answered = inbound.answered_leg(request.form, leg_id, self._clock())
        return self._written(self._intake.instruct_placed(self._context, ref, answered), ref)

    def _instruct_after_dial(self, ref: SessionRef) -> str:
        _require_ids(ref)
        facts = inbound.dial_action(request.form, self._clock())
        return self._written(self._intake.instruct_after_dial(self._context, ref, facts), ref)

    def _written(self, instruction: Instruction, ref: SessionRef | None) -> str:
        if ref is not None:
            return self._twiml.write(instruction, ref)
        if isinstance(instruction, Farewell):
            return self._twiml.write_without_session(instruction)
        raise TypeError(f"{type(instruction).__name__} needs a session")

    def _or_sorry(self, instruction: Callable[[], str]) -> Response:
        try:
            return _twiml_response(self._patience.ask(instruction))
        except DatabaseUnavailable:
            raise
        except Exception as error:  # an error page would drop the caller
            log_unexpected(error)
            return _twiml_response(self._sorry)


@dataclass(frozen=True, slots=True)
class _Reports:
    """The carrier tells us something; it hears whether we have understood, and no more."""

    context: AppContext
    clock: Callable[[], datetime]
    intake: CarrierIntake

    def of_call(self) -> Response:
        """The status callback of a number or a TwiML App, about the leg that called."""
        facts = inbound.call_report(request.form, self.clock())
        key = inbound.receipt_key("call", request.form)
        _note_lag("call", facts, self.clock())
        call_sid = request.form["CallSid"]
        self.intake.receive_call_report(self.context, key, call_sid, facts)
        return no_content()

    def of_leg(self, account_id: str, session_id: str, leg_id: str) -> Response:
        """The status callback of a leg that we dialled."""
        require_id(leg_id)
        facts = inbound.leg_report(request.form, leg_id, self.clock())
        self._receive("leg", SessionRef(account_id, session_id), facts)
        return no_content()

    def of_detection(self, account_id: str, session_id: str, leg_id: str) -> Response:
        """The status callback of the detection of who has answered a leg."""
        require_id(leg_id)
        facts = detection_report(request.form, leg_id, self.clock())
        self._receive("detection", SessionRef(account_id, session_id), facts)
        return no_content()

    def of_recording(self, account_id: str, session_id: str, leg_id: str) -> Response:
        """The status callback of the recording of a leg."""
        require_id(leg_id)
        facts = inbound.recording_report(request.form, leg_id, self.clock())
        self._receive("recording", SessionRef(account_id, session_id), facts)
        return no_content()

    def of_conference(self, account_id: str, session_id: str) -> Response:
        """The status callback of the session's conference."""
        speech = inbound.speech_report(request.form, self.clock())
        if speech is not None:
            return self._of_speech(SessionRef(account_id, session_id), speech)
        facts = inbound.room_report(request.form, self.clock())
        self._receive("conference", SessionRef(account_id, session_id), facts)
        return no_content()

    def _of_speech(self, ref: SessionRef, speech: Speech) -> Response:
        _require_ids(ref)
        self.intake.receive_speech(self.context, ref, speech)
        return no_content()

    def _receive(self, kind: str, ref: SessionRef, facts: tuple[Fact, ...]) -> None:
        _require_ids(ref)
        key = inbound.receipt_key(kind, request.form)
        _note_lag(kind, facts, self.clock())
        self.intake.receive(self.context, ref, key, facts)


def _note_lag(kind: str, facts: tuple[Fact, ...], now: datetime) -> None:
    """How late a report is, where it says when that was; the clocks of two machines may differ."""
    if "Timestamp" in request.form and kind != "recording" and facts:
        lag = (now - facts[0].at).total_seconds()
        metrics.REPORT_LAG.labels(kind).observe(max(0.0, lag))


def _require_ids(ref: SessionRef) -> None:
    require_id(ref.account_id)
    require_id(ref.session_id)


def _twiml_response(document: str) -> Response:
    """Instructions for a leg. A bare text would be sent as HTML, which the carrier refuses."""
    return Response(document, content_type="text/xml; charset=utf-8")
