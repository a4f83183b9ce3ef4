"""/Calls/{sid}/Recordings: start to record a live call, and see what was recorded of it."""

from functools import partial

from evovoice.emulator.engine import recordings
from evovoice.emulator.engine.leg import Leg, Subscription
from evovoice.emulator.engine.recordings import RECORDING_EVENTS, Recording
from evovoice.emulator.engine.world import World
from evovoice.emulator.rest import render
from evovoice.emulator.rest.errors import not_found, not_recordable
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, RestAnswer, RestRequest
from evovoice.emulator.rest.paging import in_dates, page_of

_TARGET = "RecordingStatusCallback"
_TRACKS = frozenset({"inbound", "outbound", "both"})


def create(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """201; the call has to be in progress."""
    leg = _known(world, request, sid)
    form = request.form
    target = subscription(form, _TARGET)
    if not leg.live:
        raise not_recordable()
    track = form.text("RecordingTrack")
    started = recordings.of_leg(
        world,
        leg,
        target,
        channels=2 if form.text("RecordingChannels") == "dual" else 1,
        track=track if track in _TRACKS else "both",
    )
    return RestAnswer(201, render.recording(world, started))


def list_all(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """The newest first."""
    found = [
        one
        for one in _of_call(world, _known(world, request, sid))
        if in_dates(request.form, "DateCreated", one.started)
    ]
    found.reverse()
    show = partial(render.recording, world)
    return page_of(request.path, request.form, "recordings", found, show, lambda one: one.sid)


def fetch(world: World, request: RestRequest, sid: str, recording: str) -> RestAnswer:
    """One recording of the call."""
    found = _of_call(world, _known(world, request, sid))
    one = next((one for one in found if one.sid == recording), None)
    if one is None:
        raise not_found(request.path)
    return RestAnswer(200, render.recording(world, one))


def subscription(form: Form, name: str) -> Subscription | None:
    """Where a recording reports to; by default only its end (3.3)."""
    url = url_in(form, name, 21609)
    if not url:
        return None
    events = form.words(f"{name}Event") & RECORDING_EVENTS or frozenset({"completed"})
    return Subscription(url, method_in(form, f"{name}Method"), events)


def _of_call(world: World, leg: Leg) -> list[Recording]:
    """Those of the leg, and those that were made of its children."""
    family = [one for one in world.legs if leg is one or one.parent_sid == leg.sid]
    return [recording for one in family for recording in one.recordings]


def _known(world: World, request: RestRequest, sid: str) -> Leg:
    leg = world.legs.get(sid)
    if leg is None:
        raise not_found(request.path)
    return leg
