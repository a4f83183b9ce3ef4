"""What the person at the far end does about the keys they hear: a menu, a PIN (10.4).

https://www.twilio.com/docs/voice/twiml/number#attributes-sendDigits
"""

from functools import partial

from evovoice.emulator.engine import call_lifecycle, dtmf, speaking
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.expected import Entered, Expected, Reaction
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import Character

_TAKES_OVER = frozenset({"answer", "voicemail"})


def hear(network: VoiceNetwork, leg: Leg, key: str) -> None:
    """One key; what is entered counts once no further key belongs to it, or none comes."""
    leg.keys_heard += key
    listener, key = leg.listener, key.upper()
    expected = listener.expects
    if expected is None or network.now < listener.listens_from:
        return
    if not listener.entered and not expected.begins_with(key):
        return
    listener.entered += key
    if listener.timer is not None:
        listener.timer.cancel()
    if expected.is_complete(listener.entered):
        _take(network, leg, expected)
        return
    take = partial(_take, network, leg, expected)
    listener.timer = network.clock.after(network.choices.entry_pause, take)
    leg.timers.append(listener.timer)


def _take(network: VoiceNetwork, leg: Leg, expected: Expected) -> None:
    listener = leg.listener
    keys, listener.entered = listener.entered, ""
    reaction = expected.reaction_to(keys)
    listener.entries.append(Entered(keys, reaction is not None))
    if reaction is not None:
        listener.expects = reaction.expects
    else:
        reaction = expected.otherwise
        listener.expects = reaction.expects or expected
    _react(network, leg, reaction)


def _react(network: VoiceNetwork, leg: Leg, reaction: Reaction) -> None:
    for one in reaction.says:
        wait = one.after if one.at is None else one.at
        leg.timers.append(network.clock.after(wait, partial(speaking.speak, network, leg, one)))
    if reaction.hang_up_after is not None:
        _hang_up_after(network, leg, reaction.hang_up_after)
    if reaction.transfers_to:
        _transfer(network, leg, network.phones.at(reaction.transfers_to))


def _hang_up_after(network: VoiceNetwork, leg: Leg, seconds: float) -> None:
    over = partial(call_lifecycle.end, network, leg, "completed")
    leg.timers.append(network.clock.after(seconds, over))


def _transfer(network: VoiceNetwork, leg: Leg, phone: Character) -> None:
    """Behind the number that was called another phone rings; Twilio sees nothing of it."""
    if phone.at_once is not None:
        _hang_up_after(network, leg, 0.0)
    elif phone.answer_after is not None and phone.outcome in _TAKES_OVER:
        take_over = partial(_take_over, network, leg, phone)
        leg.timers.append(network.clock.after(phone.answer_after, take_over))
    elif phone.answer_after is not None and phone.outcome != "silent":
        _hang_up_after(network, leg, phone.answer_after)


def _take_over(network: VoiceNetwork, leg: Leg, phone: Character) -> None:
    leg.digits, leg.says = phone.digits, phone.says
    leg.answers.clear()
    if phone.talks_for is not None:
        _hang_up_after(network, leg, phone.talks_for)
    dtmf.press_later(network, leg)
    speaking.speak_later(network, leg)
    call_lifecycle.listen_for_keys(network, leg, phone)
