"""A phone's character says words, and <Gather> hears them (twilio-voice 10.5).

https://www.twilio.com/docs/voice/twiml/gather
"""

import pytest

from evovoice.emulator.fields import Unclear
from evovoice.emulator.scenario import parse
from evovoice.emulator.state.phones import Character
from evovoice.emulator.state.speech import Utterance

from .scripted_app import BASE
from .stories import CUSTOMER, Line

ASKED = "<Pause length='60'/>"


def gather(attributes: str = "", prompts: str = "") -> str:
    """A Gather that listens for speech, then somebody who goes on without an answer."""
    opening = f'<Gather input="speech" action="/menu" {attributes}>'
    return f"{opening}{prompts}</Gather><Redirect>/nothing</Redirect>"


def spoken(line: Line) -> list[tuple[str | None, str | None]]:
    """What the action was told: SpeechResult and Confidence."""
    return [(form.get("SpeechResult"), form.get("Confidence")) for form in line.app.at("/menu")]


def call(line: Line, document: str, seconds: float = 30) -> str:
    """The customer calls and gets that document; some time passes."""
    line.app.on("/menu", ASKED)
    line.app.on("/nothing", ASKED)
    sid = line.call_in(document)
    line.twilio.advance(seconds)
    return sid


def test_what_somebody_says_comes_to_the_action_with_its_confidence(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("sales", confidence=0.75)
    call(line, gather())
    assert [("sales", "0.75")] == spoken(line)
    assert "Digits" not in line.app.at("/menu")[0]


def test_the_answer_waits_for_the_prompts(line: Line) -> None:
    """`after` counts from the end of the nested verbs; then the word, then the silence."""
    line.twilio.phone(CUSTOMER).says("sales", after=1, seconds=1)
    call(line, gather('speechTimeout="2"', "<Pause length='4'/>"), seconds=7.9)
    assert [] == spoken(line)
    line.twilio.advance(0.2)
    assert [("sales", "0.9")] == spoken(line)


@pytest.mark.parametrize(
    ("attributes", "silence"),
    [
        ("", 5),
        ('timeout="3"', 3),
        ('timeout="3" speechTimeout="2"', 2),
        ('speechTimeout="auto"', 1),
    ],
)
def test_how_much_silence_ends_the_speech(line: Line, attributes: str, silence: float) -> None:
    """speechTimeout, by default timeout; `auto` ends it at a pause."""
    line.twilio.phone(CUSTOMER).says("sales", at=1, seconds=1)
    call(line, gather(attributes), seconds=1.9 + silence)
    assert [] == spoken(line)
    line.twilio.advance(0.2)
    assert [("sales", "0.9")] == spoken(line)


def test_who_goes_on_speaking_within_the_silence_is_heard_whole(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("sales", at=1).says("please", at=3, confidence=0.5)
    call(line, gather('speechTimeout="2"'))
    assert [("sales please", "0.7")] == spoken(line)


def test_silence_goes_on_with_the_next_verb_after_the_timeout(line: Line) -> None:
    call(line, gather('timeout="4"'), seconds=4.1)
    assert ([], 1) == (spoken(line), len(line.app.at("/nothing")))


def test_an_empty_result_is_told_where_it_is_asked_for(line: Line) -> None:
    call(line, gather('timeout="4" actionOnEmptyResult="true"'))
    assert [("", None)] == spoken(line)


def test_each_gather_gets_the_next_answer(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("sales").says("yes")
    line.app.on("/yes", ASKED)
    line.app.on("/menu", gather().replace('"/menu"', '"/yes"'))
    line.call_in(gather())
    line.twilio.advance(30)
    assert ["sales"] == [form["SpeechResult"] for form in line.app.at("/menu")]
    assert ["yes"] == [form["SpeechResult"] for form in line.app.at("/yes")]


def test_the_called_party_speaks_too(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("hello")
    line.app.on("/first", gather())
    line.app.on("/menu", ASKED)
    line.client.calls.create(to=CUSTOMER, from_="+15550001111", url=f"{BASE}/first")
    line.twilio.advance(20)
    assert [("hello", "0.9")] == spoken(line)


def test_of_keys_and_speech_the_first_counts(line: Line) -> None:
    """`input="dtmf speech"`: the first detected input takes precedence."""
    both = gather().replace('"speech"', '"dtmf speech"')
    line.twilio.phone(CUSTOMER).says("sales", at=2)
    sid = call(line, both, seconds=1)
    line.twilio.press(sid, "1")
    line.twilio.advance(10)
    assert [("1", None)] == [
        (form["Digits"], form.get("SpeechResult")) for form in line.app.at("/menu")
    ]


def test_keys_after_the_first_word_are_lost(line: Line) -> None:
    both = gather().replace('"speech"', '"dtmf speech"')
    line.twilio.phone(CUSTOMER).says("sales", at=2)
    sid = call(line, both, seconds=3)
    with pytest.raises(Exception, match="nobody listens for keys"):
        line.twilio.press(sid, "#")
    line.twilio.advance(10)
    assert [("sales", "0.9")] == spoken(line)


@pytest.mark.parametrize("attribute", ["", 'input="dtmf"', 'input="shouts"'])
def test_speech_is_lost_where_only_keys_are_listened_for(line: Line, attribute: str) -> None:
    line.twilio.phone(CUSTOMER).says("sales", at=1)
    call(line, gather().replace('input="speech"', attribute))
    assert ([], 1) == (spoken(line), len(line.app.at("/nothing")))


def test_speech_is_cut_off_after_max_speech_time(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("one two three four", at=1, seconds=8)
    call(line, gather('maxSpeechTime="5"'))
    assert [("one two", "0.5")] == spoken(line)


def test_partial_results_are_reported_while_somebody_speaks(line: Line) -> None:
    """partialResultCallback: UnstableSpeechResult grows; what is answered changes nothing."""
    target = 'partialResultCallback="/partial" partialResultCallbackMethod="GET"'
    line.app.on("/partial", "<Hangup/>")
    line.twilio.phone(CUSTOMER).says("I want sales", at=1).says("please", at=3)
    sid = call(line, gather(f'{target} speechTimeout="2"'))
    told = [
        (form["SequenceNumber"], form["UnstableSpeechResult"], form["StableSpeechResult"])
        for form in line.app.at("/partial")
    ]
    assert [
        ("0", "I", ""),
        ("1", "I want", ""),
        ("2", "I want sales", ""),
        ("3", "please", "I want sales"),
    ] == told
    assert {"GET"} == {one.method for one in line.app.received if one.kind == "partial-result"}
    assert sid == line.app.at("/partial")[0]["CallSid"]
    assert [("I want sales please", "0.9")] == spoken(line)


def test_a_character_says_what_it_is_taken_for_meanwhile(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("sales", partial=("sail", "sale"))
    call(line, gather('partialResultCallback="/partial"'))
    assert ["sail", "sale"] == [form["UnstableSpeechResult"] for form in line.app.at("/partial")]
    assert [("sales", "0.9")] == spoken(line)


def test_somebody_speaks_by_hand(line: Line) -> None:
    sid = call(line, gather('speechTimeout="auto"'), seconds=1)
    line.twilio.say(sid, "sales")
    line.twilio.advance(3)
    assert [("sales", "0.9")] == spoken(line)


def test_who_hangs_up_in_the_middle_of_a_word_is_not_heard(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("sales", at=1, seconds=3)
    sid = call(line, gather(), seconds=2)
    line.twilio.hang_up(sid)
    line.twilio.advance(10)
    assert [] == spoken(line)


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('input="shouts"', 13326),
        ('speechTimeout="soon"', 13327),
        ('maxSpeechTime="0"', 13328),
        ('partialResultCallbackMethod="PUT"', 13329),
        (f'hints="{"a" * 101}"', 13330),
        ('language="English please"', 13331),
        ('bargeIn="maybe"', 13332),
        ('profanityFilter="maybe"', 13333),
    ],
)
def test_values_that_mean_nothing_have_their_warnings(
    line: Line, attribute: str, code: int
) -> None:
    """Twilio's error dictionary, https://www.twilio.com/docs/api/errors."""
    call(line, f"<Gather {attribute}/>", seconds=1)
    assert code in [alert.code for alert in line.twilio.alerts]


def test_what_works_is_not_noted_and_what_a_recognizer_would_do_is(line: Line) -> None:
    works = 'speechTimeout="auto" maxSpeechTime="9" partialResultCallback="/partial"'
    call(line, gather(works), seconds=1)
    assert [] == [alert.text for alert in line.twilio.alerts]
    call(line, gather('hints="sales, support" language="de-DE"'), seconds=1)
    assert ["hints", "language"] == [alert.text.split("'")[1] for alert in line.twilio.alerts]


def test_a_browser_that_calls_speaks_by_its_identity(line: Line) -> None:
    line.twilio.add_application(f"{BASE}/voice")
    line.app.on("/voice", gather())
    line.app.on("/menu", ASKED)
    line.twilio.phone("client:alice").says("sales")
    line.twilio.connect_device("alice", {})
    line.twilio.advance(20)
    assert [("sales", "0.9")] == spoken(line)


def says(text: str) -> tuple[Utterance, ...]:
    """What a phone's table in a scenario makes of that `says`."""
    ((_, change),) = parse(f'[phone."+15552223333"]\nsays = {text}').phones
    return change(Character()).says


def test_a_scenario_gives_a_phone_its_words() -> None:
    assert (Utterance("sales"),) == says('"sales"')
    full = '["yes", {words = "no", at = 2, confidence = 0.4, seconds = 3, partial = "now"}]'
    assert (
        Utterance("yes"),
        Utterance("no", at=2.0, confidence=0.4, seconds=3.0, partial=("now",)),
    ) == says(full)
    assert (Utterance(at=1.0, seconds=4.0),) == says("{at = 1, seconds = 4}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("3", "has to be text in quotes"),
        ("{at = 2}", "words is missing"),
        ('{words = "a", at = 1, after = 2}', "after is for answers"),
        ('{words = "a", confidense = 1}', "did you mean confidence"),
        ('{words = "a", confidence = 2}', "a share between 0 and 1"),
        ('{words = "a", partial = [1]}', "partial has to be text"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(Unclear, match=complaint):
        says(text)
