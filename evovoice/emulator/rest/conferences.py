"""/Conferences: list, fetch, end, announce (sections 3.2 and 3.4)."""

import re
from functools import partial

from evovoice.emulator.engine import conference_audio, conference_events, conference_lifecycle
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.paging import in_dates, page_of
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.messages import Params

_SID = re.compile(r"CF[0-9a-fA-F]{32}")


def is_sid(text: str) -> bool:
    """Whether that can only be a conference sid."""
    return _SID.fullmatch(text) is not None


def known(network: VoiceNetwork, request: RestRequest, sid: str) -> Conference:
    """R32: here only a sid leads to a conference, never its name."""
    conference = network.conferences.get(sid)
    if conference is None:
        raise not_found(request.path)
    return conference


def fetch(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One conference, ended or not."""
    return RestResponse(200, render.conference(network, known(network, request, sid)))


def list_all(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """The newest first."""
    found = [conference for conference in network.conferences if _matches(conference, request.form)]
    found.reverse()
    show = partial(render.conference, network)
    return page_of(
        request.path, request.form, "conferences", found, show, lambda conference: conference.sid
    )


def _matches(conference: Conference, form: Form) -> bool:
    return (
        form.get("FriendlyName") in {None, "", conference.name}
        and form.get("Status") in {None, "", conference.status}
        and in_dates(form, "DateCreated", conference.created)
        and in_dates(form, "DateUpdated", conference.updated)
    )


def update(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """R41: `Status=completed` sends everybody out."""
    conference = known(network, request, sid)
    if conference.over:
        raise Refusal(network.choices.ended_conference_code, "Conference has already ended")
    status = request.form.get("Status")
    if status:
        if status != "completed":
            raise Refusal(20001, f"Status {status} is not valid")
        conference_lifecycle.close(network, conference, "conference-ended-via-api")
    else:
        announce(network, conference, request.form)
    return RestResponse(200, render.conference(network, conference))


def announce(
    network: VoiceNetwork, conference: Conference, form: Form, to: Participant | None = None
) -> None:
    """Play something to all, or to one, and report its end."""
    url = url_in(form, "AnnounceUrl", 21205)
    if url is None:
        return
    source = url, method_in(form, "AnnounceMethod")
    ended = partial(_announced, network, conference, to, url)
    for one in (to,) if to else tuple(conference.participants.values())[:1]:
        conference_audio.announce(network, conference, one, source, ended)


def _announced(
    network: VoiceNetwork,
    conference: Conference,
    to: Participant | None,
    url: str,
    was_played: bool,
) -> None:
    if conference.over or (to is not None and to.leg.sid not in conference.participants):
        return
    extra: Params = (("AnnounceUrl", url),)
    if not was_played:
        extra = (*extra, ("ReasonAnnouncementFailed", "The announcement could not be played"))
    event = "announcement-end" if was_played else "announcement-fail"
    conference_events.tell(network, conference, event, to, extra)
