"""What the nouns inside <Dial> say: an address, and where to report."""

from typing import TYPE_CHECKING

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg import Subscription

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script


def address_of(noun: Verb) -> str:
    """E.164, `client:identity` or `sip:user@host`."""
    if noun.name != "Client":
        return noun.text
    identities = noun.named("Identity")
    return "client:" + (identities[0].text if identities else noun.text)


def subscription_of(
    script: "Script",
    noun: Verb,
    known: frozenset[str],
    default: frozenset[str] = frozenset({"completed"}),
) -> Subscription | None:
    """statusCallback and its events; a noun without one reports to nobody (R1, R22)."""
    url = noun.get("statusCallback")
    if not url:
        return None
    words = noun.get("statusCallbackEvent")
    events = default if words is None else frozenset(words.split()) & known
    return Subscription(script.resolve(url), noun.get("statusCallbackMethod") or "POST", events)
