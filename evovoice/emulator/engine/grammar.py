"""The schema of TwiML: which verbs, nouns, attributes and values there are, and codes for others.

A warning changes nothing by itself: a strange verb is skipped, a strange value is its default.
"""

import re
from collections.abc import Iterable, Iterator

from evovoice.emulator.engine.document import Finding, Verb
from evovoice.emulator.engine.without_effect import missing_in
from evovoice.emulator.state.bounds import OF_ATTRIBUTES, attribute_number

_LONGEST_SAID = 100  # characters of a value in an alert
_REPORTS = "statusCallbackEvent statusCallback statusCallbackMethod"
_RECORDS = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"
_MACHINES = (
    "machineDetection amdStatusCallbackMethod amdStatusCallback machineDetectionTimeout"
    " machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold"
    " machineDetectionSilenceTimeout"
)
_ATTRIBUTES = {
    name: frozenset(words.split())
    for name, words in {
        "Dial": "action method timeout hangupOnStar timeLimit callerId record trim"
        f" {_RECORDS} recordingConfigurationId answerOnBridge ringTone recordingTrack"
        " sequential referUrl referMethod events passports",
        "Number": f"sendDigits url method {_REPORTS} byoc {_MACHINES}",
        "Client": f"url method {_REPORTS}",
        "Sip": f"username password url method {_REPORTS} {_MACHINES}",
        "Conference": "muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod"
        f" maxParticipants record recordingConfigurationId region coach trim {_REPORTS}"
        f" {_RECORDS} eventCallbackUrl jitterBufferSize participantLabel",
        "Queue": "url method reservationSid postWorkActivitySid",
        "Sim": "",
        "WhatsApp": f"url method {_REPORTS}",
        "Application": f"url method {_REPORTS} customerId copyParentTo",
        "ApplicationSid": "",
        "Identity": "",
        "Parameter": "name value",
        "Say": "voice loop language",
        "Play": "loop digits",
        "Pause": "length",
        "Gather": "input action method timeout speechTimeout maxSpeechTime profanityFilter"
        " finishOnKey numDigits partialResultCallback partialResultCallbackMethod language"
        " hints bargeIn debug actionOnEmptyResult speechModel enhanced",
        "Record": "action method timeout finishOnKey maxLength playBeep trim transcribe"
        f" transcribeCallback recordingConfigurationId {_RECORDS}",
        "Redirect": "method",
        "Hangup": "",
        "Reject": "reason",
        "Enqueue": "action maxQueueSize method waitUrl waitUrlMethod workflowSid",
        "Task": "priority timeout",
        "Leave": "",
        "Start": "action method",
        "Stop": "",
        "Recording": f"{_RECORDS} name trim track channels recordingConfigurationId",
    }.items()
}
VERBS = frozenset(
    "Dial Say Play Pause Gather Record Redirect Hangup Reject Enqueue Leave Start Stop".split()  # noqa: SIM905
)
# Real verbs of Twilio that nobody performs here.
NOT_IMITATED = frozenset(
    "Connect Echo Message Pay Prompt Queue Refer Siprec Sms".split()  # noqa: SIM905
)
NOT_IMITATED_CODE = 0
NOUNS_NOT_IMITATED = frozenset(
    "Application Sim Siprec Stream Task Transcription WhatsApp".split()  # noqa: SIM905
)
_DIALLED = frozenset(
    {"Number", "Client", "Sip", "Conference", "Queue", "Sim", "WhatsApp", "Application"}
)
_SPEECH = frozenset(
    "break emphasis lang p phoneme prosody s say-as sub w amazon:effect".split()  # noqa: SIM905
)
_STARTED = frozenset({"Recording", "Siprec", "Stream", "Transcription"})
_NOUNS = {
    "Dial": _DIALLED,
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Client": frozenset({"Identity", "Parameter"}),
    "Application": frozenset({"ApplicationSid", "Parameter"}),
    "Enqueue": frozenset({"Task"}),
    "Start": _STARTED,
    "Stop": _STARTED,
}
# Twilio has its own codes for some wrong places and values (error dictionary).
_NESTING_CODES = {"Dial": 13215, "Gather": 13320}
_METHOD, _FLAG, _WHOLE = r"(?i:get|post)", r"(?i:true|false)", r"\d+"
_RECORD = r"(?i:do-not-record|record-from-(answer|ringing)(-dual)?|true|false)"
_LEG_EVENTS = "initiated|ringing|answered|completed"
_CONFERENCE_EVENTS = "start|end|join|leave|mute|hold|modify|speaker|announcement"
_RECORDING_EVENTS = "in-progress|completed|absent"


def _several(words: str) -> str:
    return rf"({words})(\s+({words}))*"


_VALUES = {
    (name, attribute): (code, re.compile(pattern))
    for name, attribute, code, pattern in (
        ("Dial", "method", 13210, _METHOD),
        ("Dial", "timeout", 13212, _WHOLE),
        ("Dial", "hangupOnStar", 13213, _FLAG),
        ("Dial", "timeLimit", 13216, _WHOLE),
        ("Dial", "record", 13217, _RECORD),
        ("Dial", "recordingTrack", 12200, r"inbound|outbound|both"),
        ("Dial", "sequential", 13218, _FLAG),
        ("Dial", "answerOnBridge", 13219, _FLAG),
        ("Number", "method", 13221, _METHOD),
        ("Number", "sendDigits", 13222, r"[0-9A-Da-dwW*#]*"),
        ("Sip", "method", 13241, _METHOD),
        ("Conference", "muted", 13230, _FLAG),
        ("Conference", "endConferenceOnExit", 13231, _FLAG),
        ("Conference", "startConferenceOnEnter", 13232, _FLAG),
        ("Conference", "waitMethod", 13234, _METHOD),
        ("Conference", "beep", 13235, r"(?i:true|false|onenter|onexit)"),
        ("Conference", "trim", 13239, r"trim-silence|do-not-trim"),
        ("Conference", "maxParticipants", 12200, r"[1-9]\d?|1\d\d|2[0-4]\d|250"),
        ("Conference", "jitterBufferSize", 12200, r"small|medium|large|off"),
        ("Conference", "record", 12200, r"do-not-record|record-from-start|true|false"),
        ("Conference", "region", 12200, r"us1|us2|ie1|de1|sg1|br1|au1|jp1"),
        ("Queue", "method", 14210, _METHOD),
        ("Gather", "finishOnKey", 13310, r"[0-9*#]?"),
        ("Gather", "method", 13312, _METHOD),
        ("Gather", "timeout", 13313, r"\d+|auto"),
        ("Gather", "numDigits", 13314, r"[1-9]\d*"),
        ("Gather", "input", 13326, r"dtmf|speech|dtmf speech|speech dtmf"),
        ("Gather", "speechTimeout", 13327, r"[1-9]\d*|auto"),
        ("Gather", "maxSpeechTime", 13328, r"[1-9]\d*"),
        ("Gather", "partialResultCallbackMethod", 13329, _METHOD),
        ("Gather", "hints", 13330, r"[^,]{0,100}(,[^,]{0,100}){0,499}"),
        ("Gather", "language", 13331, r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
        ("Gather", "bargeIn", 13332, _FLAG),
        ("Gather", "profanityFilter", 13333, _FLAG),
        ("Play", "loop", 13410, _WHOLE),
        ("Play", "digits", 13430, r"[0-9A-Da-dwW*#]*"),
        ("Say", "loop", 13510, _WHOLE),
        ("Recording", "track", 12200, r"inbound|outbound|both"),
        ("Recording", "channels", 12200, r"mono|dual"),
        ("Record", "method", 13610, _METHOD),
        ("Record", "timeout", 13611, _WHOLE),
        ("Record", "maxLength", 13612, r"[1-9]\d*"),
        ("Record", "finishOnKey", 13613, r"[0-9*#]*"),
        ("Record", "transcribe", 13614, _FLAG),
        ("Record", "playBeep", 13616, _FLAG),
        ("Redirect", "method", 13710, _METHOD),
        ("Pause", "length", 13910, _WHOLE),
        ("Enqueue", "method", 14201, _METHOD),
        ("Enqueue", "waitUrlMethod", 14206, _METHOD),
        ("Enqueue", "maxQueueSize", 12200, _WHOLE),
        ("Client", "method", 12200, _METHOD),
        ("Gather", "actionOnEmptyResult", 12200, _FLAG),
        ("Reject", "reason", 12200, r"rejected|busy"),
        ("Conference", "statusCallbackEvent", 12200, _several(_CONFERENCE_EVENTS)),
    )
}
# Of every verb and noun that has them, unless it has its own above.
_VALUES_ANYWHERE = {
    "statusCallbackEvent": (12200, re.compile(_several(_LEG_EVENTS))),
    "statusCallbackMethod": (12200, re.compile(_METHOD)),
    "amdStatusCallbackMethod": (12200, re.compile(_METHOD)),
    "recordingStatusCallbackEvent": (13621, re.compile(_several(_RECORDING_EVENTS))),
    "recordingStatusCallbackMethod": (12200, re.compile(_METHOD)),
}


def findings_in(verbs: Iterable[Verb]) -> Iterator[Finding]:
    """What Twilio's debugger would say about the document, in the order of the document."""
    for verb in verbs:
        if verb.name in VERBS:
            yield from _inside(verb)
        elif verb.name in NOT_IMITATED:
            yield Finding(NOT_IMITATED_CODE, f"<{verb.name}> is not imitated here; skipped")
        else:
            yield _stranger(verb.name)


def _inside(verb: Verb) -> Iterator[Finding]:
    yield from _attributes(verb)
    allowed = _NOUNS.get(verb.name, frozenset())
    for noun in verb.children:
        if noun.name in NOUNS_NOT_IMITATED:
            yield Finding(NOT_IMITATED_CODE, f"<{noun.name}> is not imitated here; skipped")
        elif noun.name in allowed:
            yield from _inside(noun)
        elif verb.name != "Say" or noun.name not in _SPEECH:
            code = _NESTING_CODES.get(verb.name)
            text = f"{verb.name}: Invalid nested element <{noun.name}>"
            yield Finding(code, text) if code else _stranger(noun.name)


def _attributes(verb: Verb) -> Iterator[Finding]:
    known = _ATTRIBUTES[verb.name]
    for name, value in verb.attributes.items():
        anywhere = _VALUES_ANYWHERE.get(name, (0, None))
        code, pattern = _VALUES.get((verb.name, name), anywhere)
        if name not in known:
            text = f"Attribute '{name}' is not allowed to appear in element '{verb.name}'."
            yield Finding(12200, f"Schema validation warning: {text}")
        elif pattern is not None and pattern.fullmatch(value.strip()) is None:
            yield Finding(code, f"{verb.name}: Invalid {name} value {_short(value)}")
        elif _is_out_of_bounds(verb.name, name, value):
            bounds = OF_ATTRIBUTES[verb.name, name]
            text = f"{verb.name}: Invalid {name} value {_short(value)}, not one of {bounds}"
            yield Finding(code, f"{text}; it counts as if it had not been given")
    for sentence in missing_in(verb):
        yield Finding(NOT_IMITATED_CODE, sentence)


def _is_out_of_bounds(verb: str, name: str, value: str) -> bool:
    """Of a whole number; a word that may stand in its place, such as `auto`, has none."""
    is_number = (verb, name) in OF_ATTRIBUTES and value.strip().isdecimal()
    return is_number and attribute_number(verb, name, value) is None


def _short(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_SAID else f"{value[:_LONGEST_SAID]}..")


def _stranger(name: str) -> Finding:
    text = f"Invalid content was found starting with element '{name}'."
    return Finding(12200, f"Schema validation warning: {text}")


def is_noun_of(verb: str, noun: str) -> bool:
    """Whether that may be nested there."""
    return noun in _NOUNS.get(verb, frozenset())


def attributes_of(name: str) -> frozenset[str]:
    """Every attribute the schema knows on a verb or noun."""
    return _ATTRIBUTES[name]
