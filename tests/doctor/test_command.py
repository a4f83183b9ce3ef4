"""`evovoice doctor`: what it prints, its exit codes, and what --fix changes after asking."""

import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from evovoice.cli import main
from evovoice.cli.doctor import run
from evovoice.emulator.state.account import VoiceSettings
from evovoice.services.errors import SetupProblem
from tests.doctor.conftest import NewPatient
from tests.doctor.patient import APP, INCOMING, OTHER, OURS, OUTGOING, STATUS, Patient
from tests.doctor.servers import server
from tests.emulator.outside_emulator import ACCOUNT, KEY, SECRET, TOKEN, emulator

Output = pytest.CaptureFixture[str]
OLD = "https://old.example.test/voice"


def doctor(patient: Patient, **options: Any) -> int:
    return run(patient.examination(), **{"fix": False, "yes": False, "as_json": False, **options})


def document(output: Output) -> dict[str, Any]:
    """The one JSON object that was printed."""
    printed = output.readouterr().out
    assert printed.count("\n") == 1
    return dict(json.loads(printed))


def changing_requests(patient: Patient) -> list[str]:
    return [entry.path for entry in patient.twilio.rest_log if entry.method != "GET"]


def test_one_line_for_each_finding_and_a_count(patient: Patient, capsys: Output) -> None:
    """Exit code 0 where nothing is wrong."""
    assert doctor(patient) == 0
    *lines, count = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert "right    account type: Full" == lines[0]
    assert "13 right, 0 wrong, 0 unknown" == count


def test_what_is_wrong_comes_with_its_cure_and_exit_code_1(
    patient: Patient, capsys: Output
) -> None:
    patient.twilio.account_is(type="Trial")
    assert doctor(patient) == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("wrong ")]
    assert line.endswith("Upgrade the account in Twilio's Console (Billing).")


def test_what_is_unknown_is_no_error(patient: Patient) -> None:
    patient.twilio.fail_next("GET", "*/OutgoingCallerIds.json", "error-before")
    assert doctor(patient) == 0


def test_a_twilio_that_gives_no_answer_has_its_own_exit_code(patient: Patient) -> None:
    patient.twilio.fail_next("*", "*", "connect-refused", count=0)
    assert doctor(patient) == 3


def test_scripts_get_one_object(patient: Patient, capsys: Output) -> None:
    patient.twilio.account_is(type="Trial")
    assert doctor(patient, as_json=True) == 1
    told = document(capsys)
    assert ([], True) == (told["changed"], told["answered"])
    first = told["findings"][0]
    assert {"kind", "subject", "sentence", "cure"} == set(first)
    assert ("wrong", "account type") == (first["kind"], first["subject"])
    assert told["findings"][1]["cure"] is None


# --- --fix ---------------------------------------------------------------------------------------


@pytest.fixture
def astray(patient: Patient) -> Patient:
    """Its number and its App send calls elsewhere; a number beside it is not in the directory."""
    patient.number(OURS, voice_url=OLD, voice_method="GET", voice_fallback_url=None)
    patient.number(OTHER, voice_url=f"{INCOMING.partition('#')[0]}", status_callback=None)
    patient.twilio.exchange.set_application(APP, VoiceSettings(OLD))
    return patient


def voice_at(patient: Patient, number: str) -> VoiceSettings:
    return patient.twilio.exchange.network.account.numbers[number].voice


def test_fix_sets_the_addresses_and_examines_again(astray: Patient, capsys: Output) -> None:
    """One request for the number and one for the App; numbers of others are left alone."""
    before = voice_at(astray, OTHER)
    assert doctor(astray, fix=True, yes=True, as_json=True) == 0
    told = document(capsys)
    assert VoiceSettings(INCOMING, "POST", INCOMING, STATUS) == voice_at(astray, OURS)
    app = astray.twilio.exchange.network.account.applications[APP].voice
    assert VoiceSettings(OUTGOING, status_callback=STATUS) == app
    assert before == voice_at(astray, OTHER)
    assert 2 == len(changing_requests(astray))
    fields = [one["field"] for one in told["changed"]]
    assert [
        "voice_url",
        "voice_method",
        "voice_fallback_url",
        "voice_url",
        "status_callback",
    ] == fields
    assert (OLD, INCOMING) == (told["changed"][0]["old"], told["changed"][0]["new"])
    assert {"right", "unknown"} == {one["kind"] for one in told["findings"]}


def test_without_fix_nothing_is_changed(astray: Patient) -> None:
    assert doctor(astray) == 1
    assert [] == changing_requests(astray)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://10.0.0.5"])
def test_fix_leads_no_number_to_an_address_that_is_wrong(
    new_patient: NewPatient, capsys: Output, base: str
) -> None:
    """Settings of a desk beside the credentials of the live account must not move its calls."""
    patient = new_patient(public_base_url=base)
    assert doctor(patient, fix=True, yes=True) == 1
    assert [] == changing_requests(patient)
    assert "addresses: --fix sets none of them" in capsys.readouterr().out


def test_fix_with_nothing_to_change_asks_nothing(patient: Patient, capsys: Output) -> None:
    """What is wrong may be of a kind that no request sets right."""
    patient.twilio.account_is(type="Trial")
    assert doctor(patient, fix=True) == 1
    assert "Change this?" not in capsys.readouterr().out


@pytest.mark.parametrize(("said", "code", "requests"), [("y\n", 0, 2), ("n\n", 1, 0), ("\n", 1, 0)])
def test_fix_shows_old_and_new_and_asks(
    astray: Patient, capsys: Output, terminal: Any, said: str, code: int, requests: int
) -> None:
    """Whoever just presses the return key has changed nothing."""
    with terminal(said):
        assert doctor(astray, fix=True) == code
    printed = capsys.readouterr().out
    assert f"number {OURS}, voice_url: {OLD} -> {INCOMING}" in printed
    assert f"number {OURS}, voice_fallback_url: (empty) -> {INCOMING}" in printed
    assert ("Nothing was changed." in printed) == (code == 1)
    assert requests == len(changing_requests(astray))


@pytest.mark.parametrize("as_json", [True, False])
def test_fix_shows_no_password_of_an_old_address(
    patient: Patient, capsys: Output, as_json: bool
) -> None:
    patient.number(OURS, voice_url="https://joe:hunter2@old.example.test/voice")
    assert doctor(patient, fix=True, yes=True, as_json=as_json) == 0
    printed = capsys.readouterr().out
    assert "https://***@old.example.test/voice" in printed
    assert "hunter2" not in printed


def test_a_fallback_of_the_owners_choice_is_not_replaced(patient: Patient) -> None:
    spare = "https://handler.twilio.test/bins/EH1"
    patient.number(OURS, voice_url=OLD, voice_fallback_url=spare)
    assert doctor(patient, fix=True, yes=True) == 0
    assert spare == voice_at(patient, OURS).voice_fallback_url


def test_a_change_that_is_refused_is_told(astray: Patient) -> None:
    """With exit code 1; what was changed before it stays."""
    astray.twilio.fail_next("POST", "*/Applications/*", "error-before")
    with pytest.raises(SetupProblem, match="Not all could be changed"):
        doctor(astray, fix=True, yes=True)
    assert INCOMING == voice_at(astray, OURS).voice_url


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody at the terminal types that."""

    @contextmanager
    def typing(text: str) -> Iterator[None]:
        with monkeypatch.context() as context:
            context.setattr(sys, "stdin", io.StringIO(text))
            yield

    return typing


# --- the command itself --------------------------------------------------------------------------


def environment(base: str, api: str, database: str) -> Mapping[str, str]:
    return {
        "PUBLIC_BASE_URL": base, "TWILIO_API_BASE_URL": api, "DATABASE_URL": database,
        "SECRET_KEY": "x" * 40, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_KEY_SID": KEY, "TWILIO_API_KEY_SECRET": SECRET, "TWILIO_TWIML_APP_SID": APP,
    }  # fmt: skip


def test_the_command_examines_an_emulator_and_a_service_over_http(
    patient: Patient, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a person runs it, with the settings of the environment; then it is fixed."""

    def service(_: str, path: str) -> tuple[int, str]:
        return (200, '{"status":"ok"}') if path == "/healthz" else (403, "")

    with emulator("--number", OURS, "--application", APP) as api, server(service) as base:
        for name, value in environment(base, api, patient.settings.database_url).items():
            monkeypatch.setenv(name, value)
        assert main(["doctor", "--json"]) == 1
        wrong = {one["subject"] for one in document(capsys)["findings"] if one["kind"] == "wrong"}
        assert {f"number {OURS}", "TwiML App", "signature"} == wrong
        assert main(["doctor", "--fix", "--yes", "--json"]) == 1
        told = document(capsys)
        assert ["signature"] == [
            one["subject"] for one in told["findings"] if one["kind"] == "wrong"
        ]
        assert 5 == len(told["changed"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--yes"], "--yes means nothing"),
        (["--fix", "--json"], "give --yes"),
        (["--fix"], "give --yes"),
    ],
)
def test_options_that_cannot_be_meant_are_wrong_usage(
    capsys: Output, terminal: Any, arguments: list[str], says: str
) -> None:
    with terminal(""):
        assert main(["doctor", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_settings_that_are_missing_are_named(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBLIC_BASE_URL", raising=False)
    assert main(["doctor"]) == 3
    assert "PUBLIC_BASE_URL" in capsys.readouterr().err
