"""The addresses that a number or a TwiML App needs, and what is wrong with those it has.

`fallback`: an address is needed at which a caller is answered while the service is away.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlsplit

from evovoice.carrier.addresses import (
    INCOMING_ROUTE,
    OUTGOING_ROUTE,
    RETRY_ORDER,
    STATUS_ROUTE,
)
from evovoice.carrier.setup_check.hosts import is_private, usual, without_credentials
from evovoice.carrier.setup_check.questions import VoiceAnswer

_EVERY_FAILURE = "all"
_FALLBACK = "voice_fallback_url"


@dataclass(frozen=True, slots=True)
class NeededVoice:
    """Where calls and reports have to go."""

    voice_url: str
    status_callback: str
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """An address that is not as needed; `field` is of `VoiceAnswer`.

    `needed` is what it may be set to; None where its owner has chosen it, and has to choose anew.
    """

    field: str
    sentence: str
    needed: str | None

    @property
    def cure(self) -> str:
        """What to do about it."""
        if self.field != _FALLBACK:
            return f"It should be {self.needed}; evovoice doctor --fix sets it."
        advice = "Set an https address that answers callers then, such as a TwiML Bin"
        return (
            f"{advice}; evovoice doctor --fix sets {self.needed}." if self.needed else advice + "."
        )


def of_number(base: str) -> NeededVoice:
    """What a number needs. The same address once more is a fallback of last resort: it outlives
    the time that all repeats together may take, but not a service that is away for longer.
    """
    incoming = f"{base}{INCOMING_ROUTE}{RETRY_ORDER}"
    return NeededVoice(incoming, _status(base), fallback=incoming)


def of_application(base: str) -> NeededVoice:
    """What the TwiML App of the devices needs; agents see themselves that a call fails."""
    return NeededVoice(f"{base}{OUTGOING_ROUTE}{RETRY_ORDER}", _status(base), fallback=None)


def flaws(voice: VoiceAnswer, needed: NeededVoice) -> list[Flaw]:
    """What is not as needed, in the order in which a call meets it."""
    found = [
        _address("voice_url", "voice URL", voice.voice_url, needed.voice_url),
        _method("voice_method", "voice URL", voice.voice_method),
        _fallback(voice.voice_fallback_url, needed.fallback),
        _fallback_method(voice, needed.fallback),
        _address(
            "status_callback", "status callback", voice.status_callback, needed.status_callback
        ),
        _method("status_callback_method", "status callback", voice.status_callback_method),
    ]
    return [flaw for flaw in found if flaw is not None]


def _status(base: str) -> str:
    return f"{base}{STATUS_ROUTE}{RETRY_ORDER}"


def _address(field: str, name: str, actual: str, needed: str) -> Flaw | None:
    """Scheme and host may be spelled as people do: the signature check knows that (section 5)."""
    if not actual:
        return Flaw(field, f"its {name} is empty", needed)
    plain, fragment = urldefrag(actual)
    if usual(plain) != usual(urldefrag(needed).url):
        return Flaw(field, f"its {name} is {without_credentials(actual)}", needed)
    if not _repeats(fragment):
        return Flaw(field, f"its {name} does not end in {RETRY_ORDER}", needed)
    return None


def _repeats(fragment: str) -> bool:
    """At least one repeat, after every kind of failure (twilio-voice 4.4)."""
    order = parse_qs(fragment)
    kinds = order.get("rp", [""])[0].split(",")
    return order.get("rc", ["0"])[0] in {"1", "2", "3", "4", "5"} and _EVERY_FAILURE in kinds


def _method(field: str, name: str, actual: str) -> Flaw | None:
    if actual == "POST":
        return None
    return Flaw(field, f"its {name} is asked by {actual or 'no method'} instead of POST", "POST")


def _fallback(actual: str, needed: str | None) -> Flaw | None:
    """Any address of the owner's choice will do, one that outlives us best of all."""
    if needed is None:
        return None
    if not actual:
        sentence = "its fallback URL is empty: while we are away callers hear an error"
        return Flaw(_FALLBACK, sentence, needed)
    if not _can_be_asked(actual, needed):
        sentence = f"its fallback URL {without_credentials(actual)} is not https on the internet"
        return Flaw(_FALLBACK, sentence, needed=None)
    return None


def _can_be_asked(actual: str, needed: str) -> bool:
    """On the internet by https; by whoever stands in for Twilio wherever we are ourselves."""
    parts = urlsplit(actual)
    if not parts.hostname:
        return False
    if is_private(parts.hostname):
        return is_private(urlsplit(needed).hostname or "")
    return parts.scheme == "https"


def _fallback_method(voice: VoiceAnswer, needed: str | None) -> Flaw | None:
    """Ours is asked by POST, or would be once it is set; others as their owner has chosen."""
    actual = urldefrag(voice.voice_fallback_url).url
    if needed is None or (actual and usual(actual) != usual(urldefrag(needed).url)):
        return None
    return _method("voice_fallback_method", "fallback URL", voice.voice_fallback_method)
