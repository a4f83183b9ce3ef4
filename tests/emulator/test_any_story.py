"""Whatever people and REST do, in any order: no crash, and nobody is left when all hang up."""

from collections.abc import Callable
from random import Random

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator.engine.remote_party import Impossible

from .scripted_app import BASE
from .stories import AGENT, THIRD, Line, conference, dial, number, response

DOCUMENTS = [
    dial(number()),
    dial(number(), ""),
    dial(number() + number(THIRD)),
    dial(conference()),
    dial(conference(attributes='endConferenceOnExit="true"'), "") + "<Pause length='9'/>",
    "<Say>hello</Say><Hangup/>",
    f'<Enqueue action="{BASE}/action" waitUrl="{BASE}/wait">sales</Enqueue>',
    "<Enqueue>sales</Enqueue><Pause length='3'/>",
    f'<Dial action="{BASE}/action" timeout="5"><Queue url="{BASE}/wait">sales</Queue></Dial>',
    "<Dial><Queue>sales</Queue></Dial>",
    f'<Record action="{BASE}/action"/>',
    f'<Gather action="{BASE}/action" numDigits="1"><Say>press</Say></Gather>',
    f'<Gather input="dtmf speech" action="{BASE}/action" partialResultCallback="{BASE}/part"/>',
    dial(number() + number(THIRD), 'sequential="true" hangupOnStar="true" record="true"'),
    dial(conference("room-2", f'waitUrl="{BASE}/wait"').replace('waitUrl="" ', "")),
    dial(f'<Number url="{BASE}/wait">{AGENT}</Number>'),
    dial("<Client>bob</Client>"),
]
WAITS = [
    "",
    "<Play>x.mp3</Play>",
    "<Pause length='2'/><Leave/>",
    "<Hangup/>",
    "<Redirect>/wait</Redirect>",
]


def deeds(line: Line, dice: Random) -> list[Callable[[], object]]:
    """What may happen next; much of it is refused, which is fine."""
    legs = line.twilio.living_calls()
    sid = dice.choice(legs).sid if legs else "CA" + "0" * 32
    document = dice.choice(DOCUMENTS)
    call, people = line.client.calls(sid), line.twilio
    return [
        lambda: line.call_in(document),
        lambda: line.app.on("/action", document),
        lambda: line.app.on("/wait", dice.choice(WAITS)),
        lambda: people.press(sid, dice.choice("1*#")),
        lambda: people.say(sid, dice.choice(["yes", "I want sales"])),
        lambda: people.browser("bob", dice.choice(["laptop", "desk"])).accept(),
        lambda: people.browser("bob", "laptop").reject(),
        lambda: people.hang_up(sid),
        lambda: people.answer(sid),
        lambda: people.busy(sid),
        lambda: call.update(twiml=response(document)),
        lambda: call.update(url=f"{BASE}/action"),
        lambda: call.update(status=dice.choice(["completed", "canceled"])),
        lambda: line.add_third("room-1", label=dice.choice(["a", "b", "c"])),
        lambda: line.client.conferences(last_room(line)).participants(sid).delete(),
        lambda: (
            line.client.conferences(last_room(line))
            .participants(sid)
            .update(hold=dice.random() < 0.5, hold_url=f"{BASE}/wait")
        ),
        lambda: line.client.conferences(last_room(line)).update(announce_url=f"{BASE}/wait"),
        lambda: line.client.conferences(last_room(line)).update(status="completed"),
        lambda: people.advance(dice.random() * 10),
        lambda: people.advance(0.1),
    ]


def last_room(line: Line) -> str:
    """The latest conference, if there ever was one."""
    rooms = line.twilio.conferences()
    return rooms[-1].sid if rooms else "CF" + "0" * 32


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("join_at", ["ringing", "answer"])
def test_any_story_ends_with_nobody_left(line: Line, seed: int, join_at: str) -> None:
    dice = Random(seed)
    line.twilio.choose(join_at=join_at)
    line.twilio.phone(AGENT).answers_after(dice.random() * 5)
    line.twilio.on_delivery = lambda _: dice.choice([(0.0,), (0.0,), (), (0.0, 1.0), (3.0,)])
    for _ in range(60):
        try:
            dice.choice(deeds(line, dice))()
        except (Impossible, TwilioRestException):
            continue
    line.app.reactions.clear()
    for leg in line.twilio.living_calls():
        if not leg.over:
            line.twilio.hang_up(leg.sid)
    line.twilio.advance(120)
    assert [] == line.twilio.living_calls()
    assert {"completed"} >= {room.status for room in line.twilio.conferences()}
    for queue in line.twilio.exchange.network.queues.values():
        assert ([], []) == (queue.members, queue.seekers)
