"""The AMD parameters of /Calls and /Participants (R42)."""

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.web_addresses import joined
from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.fields import checked_url, method_in, url_in
from evovoice.emulator.rest.messages import Form
from evovoice.emulator.state.orders import Detection
from evovoice.emulator.state.tuning import MODES, Tuning, tuning_from

_OF_CALLS = ("AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod")
_TUNING = (
    "MachineDetectionTimeout", "MachineDetectionSpeechThreshold",
    "MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout",
)  # fmt: skip


def of_participant(network: VoiceNetwork, form: Form) -> Detection | None:
    """Always asynchronous: without a callback the result goes nowhere."""
    if any(name in form for name in _OF_CALLS):
        _warn(network, 21263, "AsyncAmd parameters belong to /Calls")
    mode, tuning = _mode(form), _tuning(form)
    url = url_in(form, "AmdStatusCallback", 21609)
    if mode and not url:
        _warn(network, 21262, "AmdStatusCallback is missing")
    if not mode or not url:
        return None
    method = method_in(form, "AmdStatusCallbackMethod")
    return Detection(url, method, mode == "DetectMessageEnd", tuning=tuning)


def of_call(network: VoiceNetwork, form: Form) -> Detection | None:
    """In the way of the document, unless AsyncAmd=true."""
    mode, tuning = _mode(form), _tuning(form)
    if not mode:
        return None
    is_async = form.flag("AsyncAmd")
    url, method = (_async_url(form), _async_method(network, form)) if is_async else (None, "POST")
    return Detection(url, method, mode == "DetectMessageEnd", not is_async, tuning)


def _async_url(form: Form) -> str | None:
    """Absolute, or relative to the document's address (?); inline Twiml has none.

    https://www.twilio.com/docs/voice/answering-machine-detection#asyncamdstatuscallback
    """
    name = "AsyncAmdStatusCallback"
    written = form.text(name).strip()
    return checked_url(joined(form.text("Url"), written), name, 21609) if written else None


def _async_method(network: VoiceNetwork, form: Form) -> str:
    """The page knows POST alone, the description GET too (?)."""
    name = "AsyncAmdStatusCallbackMethod"
    method = method_in(form, name)
    if method == "POST" or network.choices.async_amd_by_get:
        return method
    network.alert(0, f"{name} GET has no effect here: the result comes by POST")
    return "POST"


def _mode(form: Form) -> str | None:
    mode = form.get("MachineDetection")
    if mode and mode not in MODES:
        raise Refusal(21234, f"MachineDetection {mode} is not valid")
    return mode


def _tuning(form: Form) -> Tuning:
    """https://www.twilio.com/docs/api/errors/21234"""
    try:
        return tuning_from(_TUNING, form.get)
    except ValueError as error:
        raise Refusal(21234, str(error)) from error


def _warn(network: VoiceNetwork, code: int, text: str) -> None:
    if network.choices.amd_warnings_refuse:
        raise Refusal(code, text)
    network.alert(code, text)
