"""The scenario file: what it can say, and how it complains."""

import re
from pathlib import Path

import pytest

from evovoice import emulator
from evovoice.emulator.fields import Unclear
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.scenario import load, parse
from evovoice.emulator.state.phones import Character, ready_made

from .scripted_app import BASE, ScriptedApp
from .stories import dial

FILE = f"""
speed = 10
seed = 7

[[number]]
number = "+15550001111"
voice_url = "{BASE}/voice"

[[application]]
sid = "AP{"d" * 32}"
voice_url = "{BASE}/browser"

[phone."+15552223333"]
outcome = "voicemail"
greeting = 5

[phone."client:alice"]
answer_after = 1
hang_up_after = 20
digits = "W1"

[[chaos]]
do = "delay"
kind = "call-status"
seconds = 1
seconds_to = 3
rate = 0.5

[[fault]]
kind = "too-many-requests"
path = "*/Participants.json"
count = 2

[[call]]
at = 5
from = "+15559998888"
to = "+15550001111"
hang_up_after = 60

[[call]]
from = "client:bob"
to = "+15552223333"
"""


def test_a_scenario_comes_into_force() -> None:
    app = ScriptedApp()
    app.on("/voice", dial("<Client>alice</Client>"))
    app.on("/browser", "<Pause length='30'/>")
    twilio = InProcessTwilio(deliver=app)
    twilio.play(parse(FILE))
    phones = twilio.exchange.network.phones
    assert Character("voicemail", 2.0, greeting=5.0) == phones.at("+15552223333")
    assert Character("answer", 1.0, 20.0, "W1") == phones.at("client:alice")
    assert ([7, "delay"]) == [twilio.exchange.chaos.seed, twilio.exchange.chaos.rules[0].do]
    twilio.advance(4)
    assert ["client:bob"] == [leg.from_ for leg in twilio.living_calls()]
    assert "+15552223333" == app.at("/browser")[0]["To"]
    twilio.advance(10)
    assert "in-progress" == twilio.leg_at("client:alice").status
    twilio.advance(60)
    assert [] == twilio.living_calls()


def test_the_scenario_and_the_phones_of_the_readme_are_true() -> None:
    readme = Path(emulator.__file__).with_name("README.md").read_text()
    example = readme.split("```toml\n")[1].split("```")[0]
    assert 1 == len(parse(example).calls)
    rows = re.findall(r"^\| `([\w-]+)` \|.*\| (\d{4}) \| `_(\w+)` \|$", readme, re.M)
    for outcome, digits, word in rows:
        by_number, by_name = ready_made(f"+1555222{digits}"), ready_made(f"client:x_{word}")
        assert by_number is not None
        assert (by_number, outcome) == (by_name, by_number.outcome)
    assert 13 == len(rows)


def test_the_same_scenario_can_be_played_twice() -> None:
    scenario = parse(FILE)
    for _ in range(2):
        twilio = InProcessTwilio()
        twilio.play(scenario)
        assert 0 == twilio.exchange.chaos.rules[0].hits
        twilio.advance(10)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("speeed = 1", "scenario: speeed is not a setting here (did you mean speed?)"),
        ("speed = 'high'", "scenario: speed has to be a number of seconds, 0 or more"),
        ("speed = inf", "scenario: speed has to be a number of seconds, 0 or more"),
        ("seed = 1.5", "scenario: seed has to be a whole number, 0 or more"),
        ("number = 5", "scenario: number has to be a list of tables: [[number]]"),
        ("phone = 5", 'scenario: phone has to hold tables: [phone."..."]'),
        ("[[number]]\nvoice_url = 'x'", "number 1: number is missing"),
        ("[[number]]\nnumber = 15550001111", "number 1: number has to be text in quotes"),
        ("[phone.alice]\noutcome = 'busy'", "phone alice: name has to begin with +, client: or"),
        ('[phone."+1555"]\noutcome = "anser"', "(did you mean answer?)"),
        ('[phone."+1555"]\nanswerafter = 3', "(did you mean answer_after?)"),
        ("[[chaos]]\nkind = 'voice'", "chaos 1: do is missing"),
        ("[[fault]]\nkind = 'x'", "fault 1: kind is one of"),
        ("[[call]]\nto = '+15550001111'", "call 1: from is missing"),
        ("[[call]]\nfrom = '+15550002222'", "call 1: to is missing"),
        ("speed = ", "Invalid value"),
    ],
)
def test_a_scenario_that_cannot_be_meant_says_where_and_why(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "story.toml"
    path.write_text(text)
    with pytest.raises(Unclear) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unclear, match="No such file"):
        load(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[call]]\nfrom = '+15559998888'\nto = '+15557777777'", "is not a [[number]]"),
        ("[[call]]\nfrom = 'client:bob'", "needs an [[application]]"),
    ],
)
def test_a_call_that_could_not_be_placed_is_refused_at_once(text: str, complaint: str) -> None:
    with pytest.raises(Unclear) as caught:
        InProcessTwilio().play(parse(text))
    assert complaint in str(caught.value)
