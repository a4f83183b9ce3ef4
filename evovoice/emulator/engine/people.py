"""What people do: call us, pick up, hang up, press keys."""

from collections.abc import Mapping

from evovoice.emulator.engine import devices, lines
from evovoice.emulator.engine.account import HOME_REGION, VoiceSettings
from evovoice.emulator.engine.leg import Leg, Subscription
from evovoice.emulator.engine.redirecting import Source, begin
from evovoice.emulator.engine.script import Script
from evovoice.emulator.engine.sound_verbs import press
from evovoice.emulator.engine.world import World


class Impossible(Exception):
    """Nobody could do that now: no such call, or it does not ring."""


def place_call(
    world: World, from_: str, to: str, hang_up_after: float | None = None, digits: str = ""
) -> Leg:
    """A telephone calls one of the account's numbers, and may press keys once it is answered."""
    number = world.account.numbers.get(to)
    if number is None:
        raise Impossible(f"{to} is not a number of this account")
    leg = Leg(
        sid=world.sids.new("CA"),
        direction="inbound",
        from_=from_,
        to=to,
        created=world.now,
        number_sid=number.sid,
        region=number.region,
        hang_up_after=hang_up_after,
        digits=digits,
    )
    return _let_in(world, leg, world.account.voice_of(number))


def connect_device(
    world: World,
    identity: str,
    application_sid: str,
    params: Mapping[str, str],
    region: str = HOME_REGION,
) -> Leg:
    """R18: a browser device connects; who it is and its region come from its token."""
    admit(world, identity)
    application = world.account.applications.get(application_sid)
    if application is None:
        raise Impossible(f"{application_sid} is not an application of this account")
    leg = Leg(
        sid=world.sids.new("CA"),
        direction="inbound",
        from_=f"client:{identity}",
        to="",
        created=world.now,
        application_sid=application_sid,
        region=region,
        first_params=dict(params),
    )
    return _let_in(world, leg, application.voice)


def admit(world: World, identity: str) -> None:
    """What a device hears whose token has an identity that is not served. Errors: `Impossible`."""
    if not devices.is_served(world.choices, identity):
        raise Impossible(
            f"{identity!r} is no identity of a device (31105 Invalid client name): it has letters,"
            " digits and underscores, at most 121"
        )


def _let_in(world: World, leg: Leg, voice: VoiceSettings) -> Leg:
    leg.updated = world.now
    leg.status = "ringing"
    if voice.status_callback:
        method = voice.status_callback_method
        leg.subscription = Subscription(voice.status_callback, method, frozenset({"completed"}))
    if voice.voice_fallback_url:
        leg.fallback = (voice.voice_fallback_url, voice.voice_fallback_method)
    world.legs.add(leg)
    if voice.voice_url is None:
        world.alert(11100, "no voice URL is configured", leg.sid)
        lines.end(world, leg, "failed")
    else:
        begin(world, leg, Source(voice.voice_url, voice.voice_method))
    return leg


def answer(world: World, call_sid: str) -> None:
    """Whoever is called there picks up."""
    lines.answer(world, _ringing(world, call_sid))


def busy(world: World, call_sid: str) -> None:
    """Whoever is called there is busy."""
    lines.end(world, _ringing(world, call_sid), "busy")


def reject(world: World, call_sid: str) -> None:
    """Whoever is called there declines."""
    lines.reject(world, _ringing(world, call_sid))


def hang_up(world: World, call_sid: str) -> None:
    """The person on that leg hangs up."""
    leg = _known(world, call_sid)
    if leg.over:
        raise Impossible(f"{call_sid} has ended already")
    lines.hang_up(world, leg)


def press_keys(world: World, call_sid: str, digits: str) -> None:
    """The person on that leg presses keys."""
    leg = _known(world, call_sid)
    if not isinstance(leg.script, Script) or not press(leg.script, digits):
        raise Impossible(f"nobody listens for keys on {call_sid}")


def _known(world: World, call_sid: str) -> Leg:
    leg = world.legs.get(call_sid)
    if leg is None:
        raise Impossible(f"no call {call_sid}")
    return leg


def _ringing(world: World, call_sid: str) -> Leg:
    leg = _known(world, call_sid)
    if leg.status != "ringing" or leg.direction == "inbound":
        raise Impossible(f"{call_sid} does not ring anywhere")
    return leg
