"""Recordings of a call, of a conference, and all of the account (10.2, R60)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from evovoice.emulator.engine import recordings
from evovoice.emulator.engine.recordings import PARTICIPANT_EVENTS, RECORDING_EVENTS, TRACKS
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render_recordings as render
from evovoice.emulator.rest.conferences import known as known_conference
from evovoice.emulator.rest.errors import Refusal, not_found, not_recordable
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, JsonObject, RestRequest, RestResponse
from evovoice.emulator.rest.paging import in_dates, page_of
from evovoice.emulator.state.orders import RecordOrder, Subscription
from evovoice.emulator.state.recording import Recording

_TARGET = "RecordingStatusCallback"
_CURRENT = "Twilio.CURRENT"
_STATUSES = frozenset({"paused", "in-progress", "stopped"})


def create(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """201; the call has to be in progress."""
    leg = network.legs.get(sid)
    if leg is None:
        raise not_found(request.path)
    order = _order(request.form)
    if not leg.live:
        raise not_recordable()
    return RestResponse(201, render.of_call(network, recordings.of_leg(network, leg, order)))


def record_order(form: Form) -> RecordOrder | None:
    """`Record=true` of a call."""
    return _order(form) if form.flag("Record") else None


def participant_record_order(form: Form) -> RecordOrder | None:
    """`Record=true` of a participant, whose recording has more events to report.

    https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant
    """
    return _order(form, PARTICIPANT_EVENTS) if form.flag("Record") else None


def _order(form: Form, known: frozenset[str] = RECORDING_EVENTS) -> RecordOrder:
    track = form.text("RecordingTrack")
    return RecordOrder(
        subscription(form, _TARGET, known),
        2 if form.text("RecordingChannels") == "dual" else 1,
        track if track in TRACKS else "both",
    )


def subscription(
    form: Form, name: str, known: frozenset[str] = RECORDING_EVENTS
) -> Subscription | None:
    """Where a recording reports to; by default only its end (3.3)."""
    url = url_in(form, name, 21609)
    if not url:
        return None
    events = form.words(f"{name}Event") & known or frozenset({"completed"})
    return Subscription(url, method_in(form, f"{name}Method"), events)


@dataclass(frozen=True, slots=True)
class RecordingRoutes:
    """What REST does with the recordings below one resource; `owner` is its sid, if it has one."""

    below: Callable[..., list[Recording]]
    show: Callable[[VoiceNetwork, Recording], JsonObject]

    def list_all(self, network: VoiceNetwork, request: RestRequest, *owner: str) -> RestResponse:
        """The newest first."""
        found = [one for one in self.below(network, request, *owner) if _matches(one, request.form)]
        found.reverse()
        show = partial(self.show, network)
        name = "recordings"
        return page_of(request.path, request.form, name, found, show, lambda one: one.sid)

    def fetch(self, network: VoiceNetwork, request: RestRequest, *names: str) -> RestResponse:
        """One recording."""
        return RestResponse(200, self.show(network, self._one(network, request, *names)))

    def update(self, network: VoiceNetwork, request: RestRequest, *names: str) -> RestResponse:
        """Pause, go on, stop; the answer says `stopped`, later ones `completed` (?)."""
        one = self._one(network, request, *names)
        status = request.form.text("Status")
        if status not in _STATUSES:
            raise Refusal(20001, f"Status {status} is not valid")
        if one.over:
            raise Refusal(network.choices.ended_recording_code, "Recording is not in progress")
        _change(network, one, status, request.form)
        told = status if status == "stopped" else one.status
        return RestResponse(200, {**self.show(network, one), "status": told})

    def delete(self, network: VoiceNetwork, request: RestRequest, *names: str) -> RestResponse:
        """204; what was still recording ends (?)."""
        one = self._one(network, request, *names)
        recordings.finish(network, one)
        network.recordings.forget(one.sid)
        return RestResponse(204, None)

    def _one(self, network: VoiceNetwork, request: RestRequest, *names: str) -> Recording:
        *owner, name = names
        found = self.below(network, request, *owner)
        if owner and name == _CURRENT:
            found = [one for one in found if not one.over]
            if len(found) > 1:
                raise Refusal(16108, "Several recordings run; name one by its sid")
        else:
            found = [one for one in found if one.sid == name]
        if not found:
            raise not_found(request.path)
        return found[0]


def _change(network: VoiceNetwork, one: Recording, status: str, form: Form) -> None:
    match status:
        case "paused":
            recordings.pause(network, one, skips=form.text("PauseBehavior") == "skip")
        case "in-progress":
            recordings.resume(network, one)
        case "stopped":
            recordings.stop(network, one)


def _matches(one: Recording, form: Form) -> bool:
    return (
        form.get("CallSid") in {None, "", one.call_sid}
        and form.get("ConferenceSid") in {None, "", one.conference_sid}
        and in_dates(form, "DateCreated", one.started)
    )


def _of_call(network: VoiceNetwork, request: RestRequest, sid: str) -> list[Recording]:
    """Those of the leg, and those that were made of its children."""
    if network.legs.get(sid) is None:
        raise not_found(request.path)
    return [one for one in network.recordings if sid in {one.call_sid, one.leg_sid}]


def _of_conference(network: VoiceNetwork, request: RestRequest, sid: str) -> list[Recording]:
    conference = known_conference(network, request, sid)
    return [one for one in network.recordings if one.conference_sid == conference.sid]


def _of_account(network: VoiceNetwork, request: RestRequest) -> list[Recording]:  # noqa: ARG001 - `below`
    return list(network.recordings)


OF_CALL = RecordingRoutes(_of_call, render.of_call)
OF_CONFERENCE = RecordingRoutes(_of_conference, render.of_conference)
OF_ACCOUNT = RecordingRoutes(_of_account, render.of_account)
