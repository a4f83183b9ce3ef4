"""/Conferences: list, fetch, end, announce (sections 3.2 and 3.4)."""

import re
from functools import partial

from evovoice.emulator.engine import room_audio, room_events, rooms
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.paging import in_dates, page_of
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.room import Participant, Room

_SID = re.compile(r"CF[0-9a-fA-F]{32}")


def is_sid(text: str) -> bool:
    """Whether that can only be a conference sid."""
    return _SID.fullmatch(text) is not None


def known(network: VoiceNetwork, request: RestRequest, sid: str) -> Room:
    """R32: here only a sid leads to a conference, never its name."""
    room = network.rooms.get(sid)
    if room is None:
        raise not_found(request.path)
    return room


def fetch(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One conference, ended or not."""
    return RestResponse(200, render.conference(network, known(network, request, sid)))


def list_all(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """The newest first."""
    found = [room for room in network.rooms if _matches(room, request.form)]
    found.reverse()
    show = partial(render.conference, network)
    return page_of(request.path, request.form, "conferences", found, show, lambda room: room.sid)


def _matches(room: Room, form: Form) -> bool:
    return (
        form.get("FriendlyName") in {None, "", room.name}
        and form.get("Status") in {None, "", room.status}
        and in_dates(form, "DateCreated", room.created)
        and in_dates(form, "DateUpdated", room.updated)
    )


def update(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """R41: `Status=completed` sends everybody out."""
    room = known(network, request, sid)
    if room.over:
        raise Refusal(network.choices.ended_conference_code, "Conference has already ended")
    status = request.form.get("Status")
    if status:
        if status != "completed":
            raise Refusal(20001, f"Status {status} is not valid")
        rooms.close(network, room, "conference-ended-via-api")
    else:
        announce(network, room, request.form)
    return RestResponse(200, render.conference(network, room))


def announce(network: VoiceNetwork, room: Room, form: Form, to: Participant | None = None) -> None:
    """Play something to all, or to one, and report its end."""
    url = url_in(form, "AnnounceUrl", 21205)
    if url is None:
        return
    source = url, method_in(form, "AnnounceMethod")
    ended = partial(_announced, network, room, to, url)
    for one in (to,) if to else tuple(room.participants.values())[:1]:
        room_audio.announce(network, room, one, source, ended)


def _announced(
    network: VoiceNetwork, room: Room, to: Participant | None, url: str, was_played: bool
) -> None:
    if room.over or (to is not None and to.leg.sid not in room.participants):
        return
    extra: Params = (("AnnounceUrl", url),)
    if not was_played:
        extra = (*extra, ("ReasonAnnouncementFailed", "The announcement could not be played"))
    event = "announcement-end" if was_played else "announcement-fail"
    room_events.tell(network, room, event, to, extra)
