"""What remote parties do: call, answer, hang up, send DTMF digits, speak."""

from collections.abc import Mapping

from evovoice.emulator.engine import call_lifecycle, dtmf, speaking
from evovoice.emulator.engine.redirecting import Source, begin
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state import devices
from evovoice.emulator.state.account import HOME_REGION, VoiceSettings
from evovoice.emulator.state.leg import FarEnd, Leg
from evovoice.emulator.state.orders import Subscription
from evovoice.emulator.state.speech import Utterance


class Impossible(Exception):
    """Nobody could do that now: no such call, or it does not ring."""


def place_call(
    network: VoiceNetwork, from_: str, to: str, hang_up_after: float | None = None, digits: str = ""
) -> Leg:
    """A telephone calls one of the account's numbers, and may press keys once it is answered."""
    number = network.account.numbers.get(to)
    if number is None:
        raise Impossible(f"{to} is not a number of this account")
    leg = Leg(
        sid=network.sids.new("CA"),
        direction="inbound",
        from_=from_,
        to=to,
        created=network.now,
        number_sid=number.sid,
        region=number.region,
        hang_up_after=hang_up_after,
        digits=digits,
    )
    return _let_in(network, leg, network.account.voice_of(number))


def connect_device(
    network: VoiceNetwork,
    identity: str,
    application_sid: str,
    params: Mapping[str, str],
    region: str = HOME_REGION,
    far_end: FarEnd | None = None,
) -> Leg:
    """R18: a browser device connects; who it is and its region come from its token.

    A `far_end` is told what becomes of the call; without one it is steered by hand.
    """
    admit(network, identity)
    application = network.account.applications.get(application_sid)
    if application is None:
        raise Impossible(f"{application_sid} is not an application of this account")
    leg = Leg(
        sid=network.sids.new("CA"),
        direction="inbound",
        from_=f"client:{identity}",
        to="",
        created=network.now,
        application_sid=application_sid,
        region=region,
        first_params=dict(params),
        far_end=far_end,
    )
    return _let_in(network, leg, application.voice)


def admit(network: VoiceNetwork, identity: str) -> None:
    """What a device hears whose token has an identity that is not served. Errors: `Impossible`."""
    if not devices.is_served(network.choices, identity):
        raise Impossible(
            f"{identity!r} is no identity of a device (31105 Invalid client name): it has letters,"
            " digits and underscores, at most 121"
        )


def _let_in(network: VoiceNetwork, leg: Leg, voice: VoiceSettings) -> Leg:
    leg.updated = network.now
    leg.status = "ringing"
    leg.says = call_lifecycle.character_at(network, leg).says
    if voice.status_callback:
        method = voice.status_callback_method
        leg.subscription = Subscription(voice.status_callback, method, frozenset({"completed"}))
    if voice.voice_fallback_url:
        leg.fallback = (voice.voice_fallback_url, voice.voice_fallback_method)
    network.legs.add(leg)
    if voice.voice_url is None:
        network.alert(11100, "no voice URL is configured", leg.sid)
        call_lifecycle.end(network, leg, "failed")
    else:
        begin(network, leg, Source(voice.voice_url, voice.voice_method))
    return leg


def answer(network: VoiceNetwork, call_sid: str) -> None:
    """Whoever is called there picks up."""
    call_lifecycle.answer(network, _ringing(network, call_sid))


def accept(network: VoiceNetwork, call_sid: str, device: str) -> None:
    """R19: one of the devices that ring picks up; the first wins."""
    leg = network.legs.get(call_sid)
    if leg is None or leg.status != "ringing" or not devices.accept(leg, device):
        raise Impossible(f"{call_sid} does not ring at {device} (31008)")
    call_lifecycle.answer(network, leg)


def decline(network: VoiceNetwork, call_sid: str, device: str) -> None:
    """R19: one of them declines; the call is declined when no other rings."""
    leg = network.legs.get(call_sid)
    if leg is not None and leg.status == "ringing" and devices.reject(leg, device):
        call_lifecycle.reject(network, leg)


def busy(network: VoiceNetwork, call_sid: str) -> None:
    """Whoever is called there is busy."""
    call_lifecycle.end(network, _ringing(network, call_sid), "busy")


def reject(network: VoiceNetwork, call_sid: str) -> None:
    """Whoever is called there declines."""
    call_lifecycle.reject(network, _ringing(network, call_sid))


def hang_up(network: VoiceNetwork, call_sid: str) -> None:
    """The person on that leg hangs up."""
    leg = _known(network, call_sid)
    if leg.over:
        raise Impossible(f"{call_sid} has ended already")
    call_lifecycle.hang_up(network, leg)


def press_keys(network: VoiceNetwork, call_sid: str, digits: str) -> None:
    """The person on that leg presses keys."""
    leg = _known(network, call_sid)
    if not dtmf.press(leg, digits):
        raise Impossible(f"nobody listens for keys on {call_sid}")


def speak(network: VoiceNetwork, call_sid: str, utterance: Utterance) -> None:
    """The person on that leg says something now; where nobody listens it is lost."""
    leg = _known(network, call_sid)
    if not leg.live:
        raise Impossible(f"nobody is on the line of {call_sid}")
    speaking.speak(network, leg, utterance)


def _known(network: VoiceNetwork, call_sid: str) -> Leg:
    leg = network.legs.get(call_sid)
    if leg is None:
        raise Impossible(f"no call {call_sid}")
    return leg


def _ringing(network: VoiceNetwork, call_sid: str) -> Leg:
    leg = _known(network, call_sid)
    if leg.status != "ringing" or leg.direction == "inbound":
        raise Impossible(f"{call_sid} does not ring anywhere")
    return leg
