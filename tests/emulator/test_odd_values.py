"""Nothing odd is passed over in silence: values out of bounds, parameters that lack another one.

https://www.twilio.com/docs/api/errors (13212, 13216, 13313, 13612), the pages of the Call and
Participant resources, and of the verbs; the bounds of a day are those of
https://www.twilio.com/en-us/blog/introducing-configurable-call-limits-for-programmable-voice
"""

import pytest

from evovoice.emulator.engine import grammar
from evovoice.emulator.engine.parsing import parse
from evovoice.emulator.rest.messages import Form
from evovoice.emulator.rest.needed import NEEDED, in_vain
from evovoice.emulator.rest.published import operations
from evovoice.emulator.rest.strange_values import strange_values
from evovoice.emulator.state.bounds import OF_ATTRIBUTES, whole_number
from evovoice.emulator.state.messages import Alert

from .scripted_app import BASE
from .stories import AGENT, OURS, THIRD, Line, conference, dial, number, response

HOOK = f"{BASE}/hook"
NOUNS = {"Conference"}
HUGE = "9" * 5000  # Python itself reads no number of that many digits


def written(verb: str, name: str, value: str) -> str:
    """A document with that attribute and no other."""
    element = f'<{verb} {name}="{value}">x</{verb}>'
    return response(f"<Dial>{element}</Dial>" if verb in NOUNS else element)


@pytest.mark.parametrize(("verb", "name"), sorted(OF_ATTRIBUTES))
def test_a_number_out_of_bounds_is_told_and_counts_as_not_given(verb: str, name: str) -> None:
    bounds = OF_ATTRIBUTES[verb, name]
    for value in (str(bounds.low), str(bounds.high), str(bounds.high + 1), HUGE):
        document = parse(written(verb, name, value))
        (element,) = document.verbs[0].children if verb in NOUNS else document.verbs
        is_odd = len(value) > 9 or int(value) not in bounds
        assert is_odd is bool(document.findings), (value, document.findings)
        assert (-1 if is_odd else int(value)) == element.number(name, -1)
        assert all(finding.code and len(finding.text) < 300 for finding in document.findings)


def test_every_attribute_that_is_a_whole_number_has_bounds() -> None:
    """`\\d+` alone would let a number through that outlasts every call."""
    samples = {
        place
        for place, (_, pattern) in grammar._VALUES.items()
        if pattern.fullmatch("7") and pattern.fullmatch("77") and not pattern.fullmatch("7#")
    }
    free_texts = {("Gather", "hints"), ("Number", "sendDigits"), ("Play", "digits")}
    assert set(OF_ATTRIBUTES) == {place for place in samples if place not in free_texts}


def test_a_phone_rings_as_long_as_by_default_where_the_timeout_is_out_of_bounds(
    line: Line,
) -> None:
    line.twilio.phone(AGENT).just_rings()
    line.call_in(dial(number(), f'timeout="9999" timeLimit="999999" action="{BASE}/action"'))
    line.twilio.advance(40)
    assert ["Dial: Invalid timeout", "Dial: Invalid timeLimit"] == [
        alert.text.partition(" value")[0] for alert in line.twilio.alerts[:2]
    ]
    assert [13212, 13216] == [alert.code for alert in line.twilio.alerts[:2]]
    assert "no-answer" == line.app.at("/action")[-1]["DialCallStatus"]


SAMPLES = {"Coaching": "true", "AsyncAmd": "true"}


@pytest.mark.parametrize(("method", "shape"), sorted(NEEDED), ids=" ".join)
def test_a_parameter_that_means_nothing_without_another_is_told(method: str, shape: str) -> None:
    needed = NEEDED[method, shape]
    published = {
        name
        for one in operations()
        if (one.method, one.shape) == (method, shape)
        for name in one.parameters
    }
    assert set(needed) | {need.name for need in needed.values()} <= published
    for name, need in needed.items():
        alone = Form([(name, SAMPLES.get(name, HOOK))])
        both = Form([*alone.pairs, (need.name, "true" if need.is_flag else HOOK)])
        assert [True] == [text.startswith(f"{name} ") for text in in_vain(method, shape, alone)]
        told = {text.partition(" ")[0] for text in in_vain(method, shape, both)}
        assert name not in told
        assert [] == list(in_vain(method, shape, Form([(name, "")])))


@pytest.mark.parametrize(
    ("shape", "name", "value"),
    [
        ("Calls", "Status", "ended"),
        ("Conferences", "Status", "over"),
        ("Calls", "CallReason", "x" * 51),
        ("Calls", "TimeLimit", "999999"),
        ("Calls", "TimeLimit", HUGE),
        ("Calls", "PageSize", "many"),
        ("Calls", "Page", "-1"),
        ("Calls", "Record", "perhaps"),
        ("Conferences/*/Participants", "Muted", "1"),
        ("Calls/*/Recordings/*", "PauseBehavior", "loud"),
    ],
)
def test_a_value_that_is_none_of_those_documented_is_told(
    shape: str, name: str, value: str
) -> None:
    ((_, sentence),) = strange_values(shape, Form([(name, value)]))
    assert sentence.startswith(f"Invalid {name}: ")
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("shape", "name", "value"),
    [
        ("Calls", "Status", "no-answer"),
        ("Calls", "CallReason", "x" * 50),
        ("Calls", "TimeLimit", "86400"),
        ("Calls", "Record", "True"),
        ("Calls", "PageSize", "1000"),
        ("Calls/*", "Status", "completed"),
    ],
)
def test_what_is_documented_is_nothing_strange(shape: str, name: str, value: str) -> None:
    assert [] == list(strange_values(shape, Form([(name, value)])))


def texts(alerts: tuple[Alert, ...]) -> list[str]:
    return [alert.text.partition(" has no")[0].partition(":")[0] for alert in alerts]


def test_whoever_asks_by_rest_finds_it_in_the_alerts(line: Line) -> None:
    _, child, room = line.convert()
    line.client.conferences(room.sid).participants.create(
        to=THIRD, from_=OURS, coaching=True, call_reason="x" * 51, time_limit=999_999
    )
    line.client.calls.create(to=AGENT, from_=OURS, url=HOOK, async_amd="true")
    line.client.conferences(room.sid).participants(child.sid).update(coaching=True)
    expected = ["Coaching", "Invalid TimeLimit", "Invalid CallReason", "AsyncAmd"]
    assert [*expected, "Coaching"] == texts(line.twilio.alerts)


def test_a_conference_of_no_size_is_refused(line: Line) -> None:
    _, _, room = line.convert(dial(conference(), ""))
    for size in ("some", "251", HUGE):
        status, _ = line.post(
            f"Conferences/{room.sid}/Participants", To=THIRD, From=OURS, MaxParticipants=size
        )
        assert 400 == status


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), (" 07 ", 7), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("٣", None),
     (HUGE, None), ("0" * 5000 + "1", 1)],
    ids=["7", "padded", "0", "empty", "negative", "fraction", "arabic", "huge", "zeroes"],
)  # fmt: skip
def test_a_whole_number_has_nine_digits_at_most(text: str, value: int | None) -> None:
    assert value == whole_number(text)
