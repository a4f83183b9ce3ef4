"""What the nouns inside <Dial> say: the child leg, and where to report."""

from evovoice.emulator.engine import caller_id, keypad
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg_events import LEG_EVENTS
from evovoice.emulator.engine.voice_network import Execution, VoiceNetwork
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.orders import Detection, Subscription
from evovoice.emulator.state.tuning import MODES, tuning_from

_TIME_LIMIT = 14_400
_LONGEST_NAME, _LONGEST_VALUE, _MOST_PARAMETERS = 32, 128, 8  # bytes, bytes


def child_leg(executor: Execution, verb: Verb, noun: Verb) -> Leg:
    """R1: a new leg below the one that dials."""
    network, parent = executor.network, executor.leg
    leg = Leg(
        sid=network.sids.new("CA"),
        direction="outbound-dial",
        from_=verb.get("callerId") or parent.from_,
        to=caller_id.address_of(network.choices, noun) or "",
        created=network.now,
        updated=network.now,
        parent_sid=parent.sid,
        region=parent.region,
        subscription=subscription_of(executor, noun, LEG_EVENTS),
        time_limit=verb.number("timeLimit", _TIME_LIMIT),
        detection=_detection(executor, noun),
        shown=_parameters(network, parent, noun),
    )
    network.legs.add(leg)
    return leg


def _parameters(network: VoiceNetwork, parent: Leg, noun: Verb) -> dict[str, str]:
    """What `<Client><Parameter>` shows to the device; what is too long or too much is left out.

    https://www.twilio.com/docs/voice/twiml/client#parameter
    """
    found: dict[str, str] = {}
    for one in noun.named("Parameter"):
        name, value = one.get("name") or "", one.get("value") or ""
        is_short = 0 < len(name.encode()) <= _LONGEST_NAME and len(value.encode()) <= _LONGEST_VALUE
        if is_short and len(found) < _MOST_PARAMETERS:
            found[name] = value
        else:
            network.alert(12200, f"Dial->Client: Parameter {name!r} is left out", parent.sid)
    return found


def subscription_of(
    executor: Execution,
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
    return Subscription(executor.resolve(url), noun.method("statusCallbackMethod"), events)


_TUNING = (
    "machineDetectionTimeout", "machineDetectionSpeechThreshold",
    "machineDetectionSpeechEndThreshold", "machineDetectionSilenceTimeout",
)  # fmt: skip


def _detection(executor: Execution, noun: Verb) -> Detection | None:
    """What cannot be meant is told in an alert, and nobody is judged (?).

    https://www.twilio.com/docs/api/errors/21234
    """
    url, mode = noun.get("amdStatusCallback"), noun.get("machineDetection")
    if not url or not mode:
        return None
    if keypad.is_sendable(noun.get("sendDigits") or ""):  # the one switches the other off
        return None
    try:
        tuning = tuning_from(_TUNING, noun.get)
        if mode not in MODES:
            raise ValueError(f"machineDetection is {mode}, not one of {', '.join(sorted(MODES))}")
    except ValueError as error:
        executor.network.alert(21234, f"Dial->{noun.name}: {error}", executor.leg.sid)
        return None
    method, waits = noun.method("amdStatusCallbackMethod"), mode == "DetectMessageEnd"
    return Detection(executor.resolve(url), method, waits, tuning=tuning)
