"""/Conferences/{}/Participants: dial somebody in, list, fetch, remove (sections 3.3 and 3.4)."""

import re
from functools import partial
from urllib.parse import parse_qsl

from evovoice.emulator.engine import conference_lifecycle
from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.engine.dialled_participant import dial_into
from evovoice.emulator.engine.recordings import RECORDING_EVENTS
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render
from evovoice.emulator.rest.addresses import checked_addresses, shown_instead
from evovoice.emulator.rest.conferences import is_sid, known
from evovoice.emulator.rest.detection import of_participant
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import (
    leg_subscription,
    method_in,
    seconds_in,
    timeout_in,
    url_in,
    wait_url_in,
)
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.paging import page_of
from evovoice.emulator.rest.recordings import participant_record_order, subscription
from evovoice.emulator.state.account import HOME_REGION
from evovoice.emulator.state.bounds import Bounds, whole_number
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.conference import Conference, Entry, Participant
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.orders import Subscription
from evovoice.emulator.state.phones import plain

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_LABEL_LENGTH = 128
_TIMEOUT = (5, 600, 60)  # lowest, highest, default
_CONFERENCE_SIZE = 250
_SIZES = Bounds(2, _CONFERENCE_SIZE)
_RECORDS = frozenset({"true", "record-from-start"})


def create(network: VoiceNetwork, request: RestRequest, sid_or_name: str) -> RestResponse:
    """R31, R32: 201 and a queued leg; the conference may be named or given by sid."""
    form = request.form
    from_, to = checked_addresses(network.account, form)
    application = _application(network, to)
    patience = timeout_in(form, *_TIMEOUT)
    entry = _entry(network, form)
    subscription, detection = leg_subscription(form), of_participant(network, form)
    conference = _conference(network, sid_or_name, entry)
    _check_place(network, conference, entry)
    leg = Leg(
        sid=network.sids.new("CA"),
        direction="outbound-api",
        from_=shown_instead(form) or from_,
        to=to,
        created=network.now,
        updated=network.now,
        application_sid=application,
        first_params=dict(parse_qsl(to.partition("?")[2])) if application else {},
        subscription=subscription,
        detection=detection,
        time_limit=seconds_in(form, "TimeLimit"),
        record_order=participant_record_order(form),
        reason=form.get("CallReason"),
    )
    wait = _queue_micros(network)
    leg.queue_millis = wait // 1000
    patience += network.choices.rest_timeout_extra
    one = dial_into(network, conference, leg, entry, patience=patience, wait=wait / MICROS)
    return RestResponse(201, render.participant(network, one, leg.queue_millis))


def _application(network: VoiceNetwork, to: str) -> str | None:
    """`app:AP..?a=1`: the far end is a TwiML document of ours."""
    if not to.startswith("app:"):
        return None
    sid = plain(to).removeprefix("app:")
    if sid not in network.account.applications:
        raise Refusal(21218, "Invalid ApplicationSid")
    return sid


def _conference(network: VoiceNetwork, sid_or_name: str, entry: Entry) -> Conference:
    if not is_sid(sid_or_name):
        return conference_lifecycle.conference_named(network, sid_or_name, entry, HOME_REGION)
    conference = network.conferences.get(sid_or_name)
    if conference is None or conference.over:
        status = network.choices.inactive_conference_status
        raise Refusal(16022, f"Conference {sid_or_name} does not exist or is completed", status)
    return conference


def _check_place(network: VoiceNetwork, conference: Conference, entry: Entry) -> None:
    if entry.label and conference.find(entry.label) is not None:
        status = network.choices.duplicate_label_status
        raise Refusal(16026, f"Participant label {entry.label} is in use", status)  # R29
    if entry.coach:
        check_coached(conference, entry.coach)
    if len(conference.participants) >= conference.max_participants:
        raise Refusal(16020, "Conference is full")  # R30


def check_coached(conference: Conference, call_sid: str) -> None:
    """Whoever is to be coached has to be there, and not on hold."""
    coached = conference.participants.get(call_sid)
    if coached is None:
        raise Refusal(16028, f"Call {call_sid} to be coached is not in the conference")
    if coached.hold:
        raise Refusal(16027, f"Call {call_sid} to be coached is on hold")


def _queue_micros(network: VoiceNetwork) -> int:
    """R37: how long the account's rate makes this leg wait."""
    rate = network.choices.participants_per_second
    if rate is None:
        return 0
    slot = max(network.now, network.next_free_slot)
    network.next_free_slot = slot + round(MICROS / rate)
    return slot - network.now


def _entry(network: VoiceNetwork, form: Form) -> Entry:
    return Entry(
        label=_label(form),
        muted=form.flag("Muted"),
        start_on_enter=form.flag("StartConferenceOnEnter", True),
        end_on_exit=form.flag("EndConferenceOnExit"),
        coach=form.get("CallSidToCoach") if form.flag("Coaching") else None,
        wait_url=wait_url_in(form),
        wait_method=method_in(form, "WaitMethod"),
        max_participants=_size(network, form),
        callbacks=_conference_subscription(form),
        region=form.get("Region") or None,
        record=form.text("ConferenceRecord") in _RECORDS,
        recording_target=subscription(
            form, "ConferenceRecordingStatusCallback", RECORDING_EVENTS | {"failed"}
        ),
    )


def _size(network: VoiceNetwork, form: Form) -> int:
    if not form.get("MaxParticipants"):
        return _CONFERENCE_SIZE
    size = whole_number(form.text("MaxParticipants"), _SIZES)
    if size is None:
        raise Refusal(network.choices.conference_size_code, "MaxParticipants is between 2 and 250")
    return size


def _label(form: Form) -> str | None:
    label = form.get("Label")
    if not label:
        return None
    wrong = len(label) > _LABEL_LENGTH or "/" in label or "%2f" in label.lower()
    if wrong or _CALL_SID.fullmatch(label):
        raise Refusal(16024, "Invalid participant label")
    return label


def _conference_subscription(form: Form) -> Subscription | None:
    """R22: REST asks for `start end` unless told otherwise."""
    name = "ConferenceStatusCallback"
    url = url_in(form, name, 21609)
    if not url:
        return None
    events = form.words(f"{name}Event") & CONFERENCE_EVENTS or frozenset({"start", "end"})
    return Subscription(url, method_in(form, f"{name}Method"), events)


def fetch(network: VoiceNetwork, request: RestRequest, sid: str, who: str) -> RestResponse:
    """One participant by CallSid or label (R33)."""
    return RestResponse(200, render.participant(network, present(network, request, sid, who)))


def present(network: VoiceNetwork, request: RestRequest, sid: str, who: str) -> Participant:
    """R38: whoever left, ended or was redirected is not there."""
    participant = known(network, request, sid).find(who)
    if participant is None:
        raise not_found(request.path)
    return participant


def list_all(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """The newest first."""
    conference = known(network, request, sid)
    found = [one for one in conference.participants.values() if _matches(one, request.form)]
    found.reverse()
    show = partial(render.participant, network)
    name = "participants"
    return page_of(request.path, request.form, name, found, show, lambda one: one.leg.sid)


def _matches(participant: Participant, form: Form) -> bool:
    facts = {
        "Muted": participant.muted,
        "Hold": participant.hold,
        "Coaching": participant.coaching,
    }
    return all(form.flag(name, fact) is fact for name, fact in facts.items())


def delete(network: VoiceNetwork, request: RestRequest, sid: str, who: str) -> RestResponse:
    """Out of the conference: a document goes on, a dialled leg ends (R26, R27)."""
    participant = present(network, request, sid, who)
    leg = participant.leg
    stays = leg.live and leg.watcher is None
    reason = network.choices.kick_leave_reason
    status = "in-progress" if stays else "completed" if leg.answered else "canceled"
    conference_lifecycle.leave(network, participant, reason, status, kicked=True)
    participant.way_out()
    return RestResponse(204, None)
