"""Attributes of TwiML that the schema knows and nothing here depends on.

Whoever writes one is told in the alerts; a value under which nothing is missing is passed over.
"""

from evovoice.emulator.engine.document import Verb

_SOUND = "there are no sounds"
_TRIM = "recordings are silent, and nothing is cut off"
_CONFIGURATION = "configurations of recordings are not imitated"
_SPEECH = "a phone's character says what is understood"
_SIP = "no SIP address asks who is calling"
_ROUTER = "TaskRouter is not imitated"
_REFER = "no SIP address refers its caller to another"
WITHOUT_EFFECT: dict[str, dict[str, str]] = {
    "Dial": {
        "events": "what it asks for is not documented",
        "passports": "calls are not attested",
        "recordingConfigurationId": _CONFIGURATION,
        "referMethod": _REFER,
        "referUrl": _REFER,
        "ringTone": _SOUND,
        "trim": _TRIM,
    },
    "Number": {"byoc": "trunks of your own are not imitated"},
    "Sip": {"username": _SIP, "password": _SIP},
    "Conference": {
        "beep": _SOUND,
        "jitterBufferSize": _SOUND,
        "recordingConfigurationId": _CONFIGURATION,
        "trim": _TRIM,
    },
    "Queue": {"postWorkActivitySid": _ROUTER, "reservationSid": _ROUTER},
    "Say": {"language": _SOUND, "voice": _SOUND},
    "Gather": {
        "bargeIn": "keys and words count as soon as they come",
        "debug": _SPEECH,
        "enhanced": _SPEECH,
        "hints": _SPEECH,
        "language": _SPEECH,
        "profanityFilter": _SPEECH,
        "speechModel": _SPEECH,
    },
    "Record": {
        "playBeep": _SOUND,
        "recordingConfigurationId": _CONFIGURATION,
        "trim": _TRIM,
    },
    "Enqueue": {"workflowSid": _ROUTER},
    "Start": dict.fromkeys(("action", "method"), "nothing that is imitated asks it"),
    "Recording": {"recordingConfigurationId": _CONFIGURATION, "trim": _TRIM},
}
_SERVED = {
    "trim": {"do-not-trim"},
    "beep": {"false"},
    "playBeep": {"false"},
    "debug": {"false"},
    "enhanced": {"false"},
    "profanityFilter": {"true"},
    "bargeIn": {"true"},
}


def missing_in(verb: Verb) -> list[str]:
    """What the verb's attributes ask for in vain, a sentence each."""
    known = WITHOUT_EFFECT.get(verb.name, {})
    return [
        f"Attribute '{name}' of <{verb.name}> has no effect here: {known[name]}"
        for name, value in verb.attributes.items()
        if name in known and value.strip().lower() not in _SERVED.get(name, ())
    ]
