"""The schema of TwiML, held to the one Twilio's own package writes."""

import ast
import inspect
from pathlib import Path

import pytest
from twilio.twiml import voice_response

from evovoice.emulator.engine import grammar
from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.engine.leg_events import LEG_EVENTS
from evovoice.emulator.engine.recordings import RECORDING_EVENTS
from evovoice.emulator.engine.without_effect import WITHOUT_EFFECT
from evovoice.emulator.state.messages import WebhookResponse

from .stories import AGENT, OURS, Line, conference, dial, number

PERFORMED = sorted(grammar.VERBS)
NOUNS = ("Number", "Client", "Sip", "Conference", "Queue")
# In the schema: a text or a name of the package, not an attribute.
TEXTS = {
    "Dial": "number",
    "Number": "phoneNumber",
    "Client": "identity",
    "Sip": "sipUrl",
    "Conference": "name",
    "Queue": "name",
    "Say": "message",
    "Play": "url",
    "Redirect": "url",
    "Enqueue": "name",
}


def written_by_the_package(owner: type, name: str) -> set[str]:
    """The attributes that a method of the package can write."""
    words = inspect.signature(getattr(owner, name.lower())).parameters
    names = {word for word in words if word not in {"self", "kwargs"}}
    camel = {"".join([*part[:1], *map(str.capitalize, part[1:])]) for part in split(names)}
    return camel - {TEXTS.get(name, "")}


def split(names: set[str]) -> list[list[str]]:
    return [name.strip("_").split("_") for name in names]


@pytest.mark.parametrize("name", PERFORMED)
def test_every_attribute_of_every_verb_is_known(name: str) -> None:
    written = written_by_the_package(voice_response.VoiceResponse, name)
    assert written == grammar.attributes_of(name)


@pytest.mark.parametrize("name", NOUNS)
def test_every_attribute_of_every_noun_is_known(name: str) -> None:
    assert written_by_the_package(voice_response.Dial, name) == grammar.attributes_of(name)


def test_every_verb_of_the_package_is_performed_or_named_as_missing() -> None:
    elements = inspect.getmembers(voice_response.VoiceResponse, inspect.isfunction)
    own = {name for name, _ in elements if name in vars(voice_response.VoiceResponse)}
    verbs = {name.capitalize() for name in own if not name.startswith("_")}
    assert verbs <= grammar.VERBS | grammar.NOT_IMITATED


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        ("<Sing/>", 12200, "element 'Sing'"),
        ("<Hangup loud='true'/>", 12200, "Attribute 'loud' is not allowed"),
        ("<Gather><Dial/></Gather>", 13320, "<Dial>"),
        (f"<Dial><Say>{AGENT}</Say></Dial>", 13215, "<Say>"),
        (dial(number(), 'timeout="soon"'), 13212, "'soon'"),
        (dial(number(), 'hangupOnStar="perhaps"'), 13213, "'perhaps'"),
        (dial(conference(attributes='muted="1"')), 13230, "'1'"),
        (dial(conference(attributes='endConferenceOnExit="1"')), 13231, "'1'"),
        (dial(conference(attributes='startConferenceOnEnter="1"')), 13232, "'1'"),
        (dial('<Conference waitMethod="PUT">x</Conference>'), 13234, "'PUT'"),
        (dial(conference(attributes='beep="loud"')), 13235, "'loud'"),
        (dial(conference(attributes='trim="all"')), 13239, "'all'"),
        (dial(conference(attributes='maxParticipants="251"')), 12200, "'251'"),
        ("<Pause length='-1'/>", 13910, "'-1'"),
        ("<Say loop='x'>y</Say>", 13510, "'x'"),
        ("<Reject reason='tired'/>", 12200, "'tired'"),
        ("<Enqueue maxQueueSize='x'>y</Enqueue>", 12200, "'x'"),
        (dial('<Client method="PUT">ann</Client>'), 12200, "'PUT'"),
        (dial('<Number statusCallbackEvent="answered left">+1</Number>'), 12200, "'answered left'"),
        (dial('<Conference statusCallbackEvent="begin">x</Conference>'), 12200, "'begin'"),
        ("<Record recordingStatusCallbackEvent='done'/>", 13621, "'done'"),
        ("<Connect><Stream/></Connect>", 0, "not imitated"),
        ("<Start><Transcription track='both_tracks'/></Start>", 0, "<Transcription> is not imi"),
        ("<Stop><Transcription name='a'/></Stop>", 0, "<Transcription> is not imitated here"),
        ("<Gather bargeIn='false'/>", 0, "'bargeIn' of <Gather> has no effect here: keys and"),
    ],
)
def test_oddities_are_reported_and_the_document_runs_on(
    line: Line, document: str, code: int, said: str
) -> None:
    sid = line.call_in(document + "<Pause length='60'/>")
    line.twilio.advance(0.01)
    alert = line.twilio.alerts[0]
    assert (code, sid) == (alert.code, alert.call_sid)
    assert ("notice" if code == 0 else alert.level) == alert.level
    assert code != 12200 or alert.level == "warning"
    assert said in alert.text
    assert "https://app.test/voice" == alert.details["url"]


def test_every_event_that_is_documented_is_nothing_strange(line: Line) -> None:
    words = {"Number": LEG_EVENTS, "Conference": CONFERENCE_EVENTS}
    for name, events in words.items():
        noun = f'<{name} statusCallbackEvent="{" ".join(events)}">+15554443333</{name}>'
        line.call_in(dial(noun, f'recordingStatusCallbackEvent="{" ".join(RECORDING_EVENTS)}"'))
    line.twilio.advance(1)
    assert () == tuple(line.twilio.alerts)


def test_speech_markup_inside_say_is_nothing_strange(line: Line) -> None:
    line.call_in("<Say>one <break time='1s'/> two</Say>")
    line.twilio.advance(1)
    assert () == tuple(line.twilio.alerts)


def test_the_root_has_to_be_response(line: Line) -> None:
    line.app.on("/voice", lambda _: WebhookResponse(body="<Reply/>"))
    sid = line.twilio.place_call(AGENT, OURS)
    line.twilio.advance(1)
    assert [12102] == [alert.code for alert in line.twilio.alerts]
    assert "failed" == line.twilio.call(sid).status


def looked_at() -> set[str]:
    """Every text in the engine's sources but the schema's own and those of what has no effect."""
    folder = Path(grammar.__file__).parent
    files = set(folder.glob("*.py")) - {Path(grammar.__file__), folder / "without_effect.py"}
    trees = [ast.parse(path.read_text()) for path in files]
    constants = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    ]
    return {node.value for node in constants if isinstance(node.value, str)}


PERFORMED_NOUNS = [*PERFORMED, *NOUNS]


@pytest.mark.parametrize("name", PERFORMED_NOUNS)
def test_every_attribute_is_looked_at_or_is_said_to_have_no_effect(name: str) -> None:
    """https://www.twilio.com/docs/voice/twiml: nothing is accepted that does nothing in silence."""
    vain = set(WITHOUT_EFFECT.get(name, {}))
    assert vain <= grammar.attributes_of(name)
    assert grammar.attributes_of(name) - vain <= looked_at()


def test_an_attribute_without_effect_is_in_the_alerts(line: Line) -> None:
    """https://www.twilio.com/docs/voice/twiml/dial#ringtone: nobody hears it here."""
    line.call_in(dial(number(), 'ringTone="de"'))
    line.twilio.advance(1)
    (alert,) = line.twilio.alerts
    assert ("notice", True) == (alert.level, "'ringTone' of <Dial>" in alert.text)


@pytest.mark.parametrize(
    "document",
    [
        dial(conference(attributes='beep="false" trim="do-not-trim"'), ""),
        "<Gather input='dtmf' bargeIn='true'/>",
        "<Record playBeep='false' transcribe='false'/>",
    ],
)
def test_an_attribute_under_which_nothing_is_missing_is_in_no_alert(
    line: Line, document: str
) -> None:
    line.call_in(document)
    line.twilio.advance(1)
    assert () == line.twilio.alerts
