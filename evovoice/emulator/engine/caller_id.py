"""Whom a <Dial> may call, and which number it may show (R15, 13214, 13223, 13243)."""

import re

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.document import Finding, Verb
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.account import Account
from evovoice.emulator.state.devices import is_served
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.numbers import e164, is_number

_SIP_URI = re.compile(r"sips?:[^\s@]+@[^\s]+")
_SIP_CALLER = re.compile(r"[A-Za-z0-9+\-_.@:]+")
_NO_CALLER_ID = "Dial: Invalid callerId value"


def address_of(choices: Choices, noun: Verb) -> str | None:
    """E.164, `client:identity` or `sip:user@host`; None for what cannot be dialled."""
    if noun.name == "Number":
        return e164(noun.text)
    if noun.name == "Sip":
        return noun.text if _SIP_URI.fullmatch(noun.text) else None
    identities = noun.named("Identity")
    identity = identities[0].text if identities else noun.text
    return f"client:{identity}" if is_served(choices, identity) else None


def obstacle(network: VoiceNetwork, leg: Leg, verb: Verb, noun: Verb) -> Finding | None:
    """Why this noun is not dialled."""
    if address_of(network.choices, noun) is None:
        codes = {"Number": 13223, "Sip": 13243, "Client": 13224}
        return Finding(codes[noun.name], f"Dial: invalid {noun.name} {noun.text!r}")
    shown = verb.get("callerId")
    if _may_show(network.account, leg, shown, noun.name):
        return None
    return Finding(13214, f"{_NO_CALLER_ID} {shown!r}" if shown else f"{_NO_CALLER_ID}: none")


def _may_show(account: Account, leg: Leg, shown: str | None, noun: str) -> bool:
    if noun == "Client":
        return True
    if shown is None:
        return noun == "Sip" or is_number(leg.from_) or leg.from_ in _WITHHELD
    if noun == "Sip":
        return _SIP_CALLER.fullmatch(shown) is not None
    number = e164(shown)
    if number is None:
        return False
    by_telephone = is_number(leg.from_)
    return account.may_show(number) or (by_telephone and number in {leg.from_, leg.to})


_WITHHELD = frozenset({"anonymous", "unknown", "restricted", "unavailable"})
