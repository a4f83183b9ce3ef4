"""The command line of the server: choices and caller ids."""

import pytest

from evovoice.emulator.choices import Choices
from evovoice.emulator.http.options import parse_options
from evovoice.emulator.server import build_exchange


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("not_held_code=20404", "not_held_code", 20404),
        ("answer_on_bridge_rings=true", "answer_on_bridge_rings", True),
        ("say_seconds_per_character=0.5", "say_seconds_per_character", 0.5),
        ("rejected_status=no-answer", "rejected_status", "no-answer"),
        ("participants_per_second=none", "participants_per_second", None),
        ("kick_leave_reason=participant_hung_up", "kick_leave_reason", "participant_hung_up"),
    ],
)
def test_every_choice_can_be_made(word: str, name: str, value: object) -> None:
    chosen = parse_options(["--choose", word]).choices
    assert value == getattr(chosen, name)
    assert type(value) is type(getattr(chosen, name))


@pytest.mark.parametrize(
    "word",
    ["colour=red", "not_held_code=many", "rejected_status=gone", "not_held_code=none", "join_at"],
)
def test_a_choice_that_cannot_be_meant_is_refused(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--choose", word])
    assert word.partition("=")[0] in capsys.readouterr().err


def test_without_options_the_choices_are_the_defaults() -> None:
    assert Choices() == parse_options([]).choices


def test_the_limit_of_participants_can_be_lifted() -> None:
    assert parse_options(["--participants-per-second", "0"]).choices.participants_per_second is None


def test_a_verified_number_may_be_shown() -> None:
    options = parse_options(["--number", "+15550001111", "--verified", "+15550002222"])
    account = build_exchange(options).network.account
    assert [True, True, False] == [
        account.may_show(f"+1555000{end}") for end in ("1111", "2222", "3333")
    ]


def test_a_number_may_ask_by_get_and_be_written_as_people_do() -> None:
    options = parse_options(
        ["--number", "(555) 000-1111=GET http://127.0.0.1:5000/voice,http://x/s"]
    )
    ((number, voice),) = options.numbers
    assert ("+15550001111", "GET", "http://127.0.0.1:5000/voice", "http://x/s") == (
        number, voice.voice_method, voice.voice_url, voice.status_callback
    )  # fmt: skip
    assert "POST" == parse_options(["--number", "+1555=http://x"]).numbers[0][1].voice_method


@pytest.mark.parametrize(
    "words",
    [
        ["--number", "+15550001111=PUT http://127.0.0.1:5000/voice"],
        ["--map", "https://app.example"],
        ["--map", "app.example=http://127.0.0.1:3030"],
        ["--map", "https://app.example/path=http://127.0.0.1:3030"],
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(words)
