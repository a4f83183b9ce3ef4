"""The life of a leg: placed, ringing, answered, ended."""

from functools import partial

from evovoice.emulator.engine import amd, devices, leg_events, recordings
from evovoice.emulator.engine.fingers import press_in_time
from evovoice.emulator.engine.leg import Leg, LegStatus
from evovoice.emulator.engine.phones import Character
from evovoice.emulator.engine.world import World

_SIP_CODES: dict[LegStatus, int] = {
    "completed": 200,
    "busy": 486,
    "failed": 404,
    "no-answer": 487,
    "canceled": 487,
}


def place(world: World, leg: Leg, patience: float) -> None:
    """Dial the far end; after `patience` seconds without an answer it is no-answer (R35)."""
    leg.placed = True
    _later(world, leg, world.choices.initiated_after, partial(_initiated, world, leg))
    timeout = partial(end, world, leg, "no-answer")
    leg.timers.append(world.clock.after(patience, timeout, limit=True))


def _later(world: World, leg: Leg, seconds: float, action: "partial[None]") -> None:
    leg.timers.append(world.clock.after(seconds, action))


def _initiated(world: World, leg: Leg) -> None:
    leg_events.tell(world, leg, "initiated")
    wait = world.choices.ringing_after - world.choices.initiated_after
    refusal = world.phones.at(leg.to).at_once
    if refusal is not None:
        _later(world, leg, wait, partial(end, world, leg, *refusal))
    else:
        _later(world, leg, wait, partial(_ringing, world, leg))


def _ringing(world: World, leg: Leg) -> None:
    leg.status = "ringing"
    leg.updated = world.now
    leg_events.tell(world, leg, "ringing")
    if leg.watcher is not None:
        leg.watcher.leg_ringing(leg)
    if leg.application_sid is None:
        devices.ring(world, leg)
    if leg.application_sid is None and not leg.devices:
        _let_phone_act(world, leg, world.phones.at(leg.to))


def _let_phone_act(world: World, leg: Leg, phone: Character) -> None:
    if phone.answer_after is None or phone.outcome == "silent":
        return
    acts = {
        "answer": partial(answer, world, leg),
        "voicemail": partial(answer, world, leg),
        "reject": partial(reject, world, leg),
        "no-answer": partial(end, world, leg, "no-answer", 480),
    }
    _later(world, leg, phone.answer_after, acts[phone.outcome])


def reject(world: World, leg: Leg) -> None:
    """The called party declines."""
    end(world, leg, world.choices.rejected_status, 603)


def answer(world: World, leg: Leg) -> None:
    """The far end picks up; from now on the leg is in-progress (R48)."""
    if leg.status != "ringing":
        return
    phone = world.phones.at(leg.to)
    leg.hang_up_after, leg.digits = phone.talks_for, phone.digits
    connect(world, leg)
    leg_events.tell(world, leg, "answered")
    recordings.start_ordered(world, leg)
    amd.listen(world, leg)
    if leg.watcher is not None:
        leg.watcher.leg_answered(leg)


def pick_up(world: World, leg: Leg) -> None:
    """The leg's own document answers it: a call to us, or a dialled application."""
    if leg.direction == "inbound":
        connect(world, leg)
    else:
        answer(world, leg)


def connect(world: World, leg: Leg) -> None:
    """Somebody is on the line: the clock of the conversation starts."""
    leg.drop_timers()
    devices.settle(leg)
    leg.status = "in-progress"
    leg.started = leg.updated = world.now
    for seconds in (leg.hang_up_after, leg.time_limit):
        if seconds is not None:
            over = partial(end, world, leg, "completed")
            leg.timers.append(world.clock.after(seconds, over, limit=True))
    press_in_time(world, leg)


def end(world: World, leg: Leg, status: LegStatus, sip_code: int | None = None) -> None:
    """The final status; TwiML stops, whoever placed the leg learns it, then the callback goes."""
    if leg.over:
        return
    leg.status = status
    leg.ended = leg.updated = world.now
    leg.sip_code = sip_code or _SIP_CODES[status]
    leg.drop_timers()
    devices.settle(leg)
    recordings.finish_all(world, leg)
    script, leg.script = leg.script, None
    if script is not None:
        script.stop("hang-up")
    watcher, leg.watcher = leg.watcher, None
    if watcher is not None:
        watcher.leg_ended(leg)
    leg_events.tell(world, leg, "completed")
    world.legs.note_end(leg)


def hang_up(world: World, leg: Leg) -> None:
    """The far end hangs up: an ending, or a refusal when it never picked up."""
    if leg.live:
        end(world, leg, "completed")
    elif leg.direction == "inbound":
        end(world, leg, world.choices.unanswered_end_status)
    else:
        reject(world, leg)
