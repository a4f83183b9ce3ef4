"""What each client sends in one round: to the service, and to the bare app beside it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator

from evovoice.domain.call_session import CallSession
from tests.bench.load import Requests, post
from tests.bench.world import Agent, World

ADDS_PER_SESSION = 5  # on three members, so that none has more than eight
_REPORTS = ("initiated", "ringing", "in-progress")  # of every leg that still rings
_FIRST_NUMBER = 100  # +1 202 555 01xx is nobody's
TEMPLATE_NUMBER = 180  # who is rung already must not be dialled again: it would cost no REST call


def adds(
    world: World, sessions: list[list[CallSession]], each: int, first: int = _FIRST_NUMBER
) -> Requests:
    """So many adds on every session; each agent works on sessions of their own."""
    return [
        [_add(agent, session, first + place) for place in range(each) for session in own]
        for agent, own in zip(world.agents, sessions, strict=True)
        if own
    ]


def _add(agent: Agent, session: CallSession, number: int) -> str:
    mine = next(m for m in session.members if m.user_id == agent.user.id)
    body = {
        "callSid": str(mine.leg.call_sid),
        "destination": f"+1202555{number:04d}",
        "fromNumber": agent.number,
    }
    path = f"/sessions/{session.id}/conference/members"
    return post(path, json_body=body, headers={"Authorization": f"Bearer {agent.key}"})


def bare_adds(rooms: list[str], clients: int, each: int) -> Requests:
    """The bare app's one REST call, spread over those conferences."""
    paths = [f"/bare/add/{room}" for room in rooms]
    return [
        [post(paths[(k * clients + c) % len(paths)]) for k in range(each)] for c in range(clients)
    ]


def bare_firsts(calls: list[str], rooms: list[str], clients: int, each: int) -> Requests:
    """The bare app's two REST calls; each client redirects a call of its own."""
    return [
        [
            post(f"/bare/first/{calls[c]}/{rooms[(k * clients + c) % len(rooms)]}")
            for k in range(each)
        ]
        for c in range(clients)
    ]


def reports(world: World, sessions: list[list[CallSession]]) -> Requests:
    """Status callbacks of the legs that still ring, one story after the other, signed."""
    return [[text for one in own for text in _story(world, one)] for own in sessions if own]


def _story(world: World, session: CallSession) -> Iterator[str]:
    for sequence, status in enumerate(_REPORTS):
        for member in session.pending():
            path = f"/twilio/sessions/{session.account_id}/{session.id}/legs/{member.leg.id}"
            told = {"CallStatus": status, "SequenceNumber": str(sequence)}
            told |= {"Timestamp": "Thu, 26 Nov 2026 10:00:00 +0000"}
            told |= {"CallbackSource": "call-progress-events"}
            yield signed(world, path, _voice(world, str(member.leg.call_sid), _our(session)) | told)


def speech(world: World, sessions: list[list[CallSession]], each: int) -> Requests:
    """Somebody in a conference begins and ends to speak, so many times for each client, signed."""
    return [[_speech(world, own[0], number) for number in range(each)] for own in sessions if own]


def _speech(world: World, session: CallSession, number: int) -> str:
    told = {
        "ConferenceSid": next(iter(session.conferences)), "FriendlyName": session.room_name,
        "CallSid": str(session.connected()[0].leg.call_sid), "SequenceNumber": str(100 + number),
        "StatusCallbackEvent": f"participant-speech-{'stop' if number % 2 else 'start'}",
        "Timestamp": "Thu, 26 Nov 2026 10:00:00 +0000", "AccountSid": world.parts.account_sid,
        "Muted": "false", "Hold": "false", "Coaching": "false",
    }  # fmt: skip
    path = f"/twilio/sessions/{session.account_id}/{session.id}/conference"
    return signed(world, path, told)


def _our(session: CallSession) -> str:
    return session.to_address


def voice_requests(world: World, clients: int, each: int) -> Requests:
    """New calls to our numbers, signed."""
    return [
        [_call_in(world, world.agents[client].number) for _ in range(each)]
        for client in range(clients)
    ]


def _call_in(world: World, number: str) -> str:
    form = _voice(world, "CA" + secrets.token_hex(16), number) | {"CallStatus": "ringing"}
    return signed(world, "/twilio/voice/incoming", form)


def bare_forms(world: World, path: str, clients: int, each: int) -> Requests:
    """The same kind of form for the bare app, which looks at no signature."""
    form = _voice(world, "CA" + secrets.token_hex(16), world.agents[0].number)
    return [[post(path, form=form)] * each for _ in range(clients)]


def signed(world: World, path: str, form: dict[str, str]) -> str:
    """A webhook with Twilio's signature on it."""
    address = world.parts.service_url + path
    sealed = address + "".join(name + form[name] for name in sorted(form))
    digest = hmac.digest(world.parts.auth_token.encode(), sealed.encode(), hashlib.sha1)
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    return post(
        path, form=form, headers=headers | {"I-Twilio-Idempotency-Token": secrets.token_hex(16)}
    )


def _voice(world: World, call_sid: str, number: str) -> dict[str, str]:
    """The parameters of every call webhook (twilio-voice 4.1), for a call from the US."""
    caller = "+13125550142"
    places = {
        f"{role}{what}": "US" if what == "Country" else ""
        for role in ("From", "To", "Caller", "Called")
        for what in ("City", "State", "Zip", "Country")
    }
    return {
        "CallSid": call_sid, "AccountSid": world.parts.account_sid, "From": caller, "To": number,
        "CallStatus": "ringing", "ApiVersion": "2010-04-01", "Direction": "inbound",
        "Caller": caller, "Called": number, **places,
    }  # fmt: skip
