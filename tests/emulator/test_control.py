"""The control address over HTTP: chaos, phones, scenarios, its guard; and the command line."""

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from evovoice.emulator.cli_call import main as call_main
from evovoice.emulator.server import main

from .stories import AGENT, CUSTOMER, OURS
from .test_server import PATIENCE, TinyApp, app, ask, emulator, sdk, wait_for

__all__ = ["app"]


def status_of(method: str, url: str, body: object = None, **headers: str) -> tuple[int, str]:
    """The status of a request that is refused, and why."""
    data = None if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(url, data, named, method=method), timeout=PATIENCE) as answer:
            return answer.status, ""
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["error"]


def test_chaos_is_calmed_and_phones_get_a_character(app: TinyApp) -> None:
    with emulator(
        app, "--speed", "20", "--chaos", "delay,kind=nothing", "--chaos-seed", "9"
    ) as base:
        chaos = f"{base}/_emulator/chaos"
        rule = {"do": "lose", "kind": "call-status", "count": 1}
        assert 9 == ask("GET", chaos)["seed"]
        seen = ask("POST", chaos, {**rule, "seed": 11})
        assert (11, 2) == (seen["seed"], len(seen["rules"]))  # type: ignore[arg-type]
        assert 400 == status_of("POST", chaos, {"do": "loose"})[0]
        assert "did you mean lose?" in status_of("POST", chaos, {"do": "loose"})[1]
        assert [] == ask("DELETE", chaos)["rules"]
        phone = f"{base}/_emulator/phones/{AGENT}"
        ask("PUT", phone, {"outcome": "voicemail", "greeting": 3, "answerAfter": None})
        seen = ask("PUT", phone, {"hangUpAfter": 7})
        assert ("voicemail", 3, None, 7) == tuple(
            seen[name] for name in ("outcome", "greeting", "answerAfter", "hangUpAfter")
        )
        assert "machine_start" == seen["answeredBy"]
        assert {"phones": [seen]} == ask("GET", f"{base}/_emulator/phones")
        assert "fax" == ask("PUT", phone, {"answeredBy": "fax"})["answeredBy"]
        said = {"words": "no", "at": 2.0, "seconds": None, "confidence": 0.4, "partial": []}
        assert [said] == ask("PUT", phone, {"says": [said]})["says"]
        assert 409 == status_of("POST", f"{base}/_emulator/calls/CA1/speech", {"words": "no"})[0]
        assert 400 == status_of("POST", f"{base}/_emulator/calls/CA1/speech", {"word": "no"})[0]
        assert 400 == status_of("PUT", phone, {"outcome": "asleep"})[0]
        assert 400 == status_of("PUT", phone, {"hangUpAfter": -1})[0]


def test_r19_two_devices_of_one_identity_ring_and_the_first_to_accept_wins(app: TinyApp) -> None:
    dial = f'<Dial callerId="{OURS}"><Client>alice</Client></Dial>'
    app.document = lambda path: f"<Response>{dial if path == '/voice' else ''}</Response>"  # type: ignore[method-assign]
    with emulator(app, "--speed", "stepped") as base:
        alice = f"{base}/_emulator/devices/alice"
        for name in ("home", "work", "car"):
            ask("PUT", f"{alice}/{name}")
        ask("DELETE", f"{alice}/car")
        ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})
        ask("POST", f"{base}/_emulator/time", {"advance": 3})
        assert 409 == status_of("POST", f"{alice}/car/accept")[0]
        ask("DELETE", f"{alice}/car")
        ask("POST", f"{alice}/work/reject")
        assert str(ask("POST", f"{alice}/home/accept")["callSid"]).startswith("CA")
        assert 409 == status_of("POST", f"{alice}/work/accept")[0]
        assert 400 == status_of("POST", f"{alice}/work/dance")[0]


def test_r59_numbers_and_devices_have_a_region(app: TinyApp) -> None:
    app.document = lambda _: "<Response><Dial><Conference>one</Conference></Dial></Response>"  # type: ignore[method-assign]
    with emulator(app, "--speed", "stepped") as base:
        numbers, voice = f"{base}/_emulator/numbers", f"{app.base}/voice"
        ask("PUT", f"{numbers}/{OURS}", {"region": "ie1"})
        ask("PUT", f"{base}/_emulator/applications/AP{'d' * 32}", {"voiceUrl": voice})
        ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})
        for region in ("ie1", "de1", None):
            wish = {"region": region} if region else {}
            ask("POST", f"{base}/_emulator/devices/alice/connect", wish)
        ask("POST", f"{base}/_emulator/time", {"advance": 1})
        rooms = sdk(base).conferences.list()
    assert ["de1", "ie1", "us1"] == sorted(room.region for room in rooms)


def test_a_scenario_can_be_posted_and_turns_the_dial(app: TinyApp) -> None:
    with emulator(app, "--speed", "stepped") as base:
        text = f"speed = 100\n[[call]]\nfrom = '{CUSTOMER}'\nto = '{OURS}'\nat = 5\n"
        with urlopen(f"{base}/_emulator/scenario", text.encode(), timeout=PATIENCE) as answer:
            assert 200 == answer.status
        wait_for(lambda: [form for path, form in app.received if path == "/voice"])
        assert (400, "scenario: speeed is not a setting here (did you mean speed?)") == _post_text(
            f"{base}/_emulator/scenario", "speeed = 1"
        )


def _post_text(url: str, text: str) -> tuple[int, str]:
    try:
        with urlopen(url, text.encode(errors="surrogateescape"), timeout=PATIENCE) as answer:
            return answer.status, ""
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["error"]


def test_pages_of_others_are_turned_away_and_senseless_wishes_too(app: TinyApp) -> None:
    doors = [
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.test:8010"}, 403),
        ({"Host": "localhost"}, 200),
        ({}, 200),
    ]
    with emulator(app) as base:
        for headers, status in doors:
            assert status == status_of("GET", f"{base}/_emulator/state", **headers)[0]
        for wish in ({"advance": 1e12}, {"speed": 1e9}, {"speed": "fast"}, {"advance": 10**400}):
            assert 400 == status_of("POST", f"{base}/_emulator/time", wish)[0]
        for text in ("{", "[]", "[" * 100_000, '{"advance": Infinity}', "\udcff"):
            assert 400 == _post_text(f"{base}/_emulator/time", text)[0]
        assert 400 == _post_text(f"{base}/_emulator/scenario", "\udcff")[0]


def test_under_a_name_that_was_allowed_the_control_address_answers(app: TinyApp) -> None:
    """A container is reached by its name, from another one."""
    with emulator(app, "--allow-host", "twilio-box") as base:
        for host, status in {"twilio-box:8010": 200, "TWILIO-BOX": 200, "evil.test": 403}.items():
            assert status == status_of("GET", f"{base}/_emulator/state", Host=host)[0]


def test_a_number_may_ask_by_get(app: TinyApp) -> None:
    with emulator(app) as base:
        number = f"{base}/_emulator/numbers/{OURS}"
        assert 400 == status_of("PUT", number, {"voiceMethod": "PUT"})[0]
        ask("PUT", number, {"voiceMethod": "GET"})
        assert "GET" == sdk(base).incoming_phone_numbers.list()[0].voice_method


def test_r50_r51_slow_and_absent_servers_lead_to_the_fallback_with_its_token(app: TinyApp) -> None:
    sound = app.document
    app.document = lambda path: time.sleep(0.6) or "" if path == "/slow" else sound(path)  # type: ignore[method-assign,func-returns-value]
    with emulator(app) as base:
        number = f"{base}/_emulator/numbers/{OURS}"
        for url in (f"{app.base}/slow#rt=200&rc=0", "http://127.0.0.1:9/#ct=300"):
            ask("PUT", number, {"voiceUrl": url, "voiceFallbackUrl": f"{app.base}/voice"})
            ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})
        wait_for(lambda: [path for path, _ in app.received].count("/voice") == 2)
        log = ask("GET", f"{base}/_emulator/log")["webhooks"]
    told = [(one["kind"], one["attempt"], one.get("failure")) for one in log]  # type: ignore[attr-defined]
    assert {("voice", 0, "timeout"), ("voice", 0, "connect"), ("voice", 1, "connect")} < set(told)
    assert {"11203", "11205"} == {
        form["ErrorCode"] for path, form in app.received if path == "/voice"
    }
    absent = [one for one in log if one.get("failure") == "connect"]  # type: ignore[attr-defined]
    assert 1 == len({one["headers"]["I-Twilio-Idempotency-Token"] for one in absent})


def test_a_call_is_placed_from_the_command_line(
    app: TinyApp, capsys: pytest.CaptureFixture[str]
) -> None:
    with emulator(app, "--speed", "20", "--application", f"AP{'d' * 32}={app.base}/voice") as base:
        number = ["--to", OURS, "--url", base, "--hang-up-after", "5", "--digits", "1"]
        assert 0 == main(["call", "--from", CUSTOMER, *number])
        assert capsys.readouterr().out.startswith("CA")
        wait_for(lambda: any(path == "/voice" for path, _ in app.received))
        assert 0 == main(["call", "--from", "client:alice", "--to", AGENT, "--url", base])
        wait_for(lambda: any(form.get("From") == "client:alice" for _, form in app.received))
        assert 1 == call_main(["--from", CUSTOMER, "--to", "+15557777777", "--url", base])
        assert "is not a number of this account" in capsys.readouterr().err


def test_a_call_without_an_emulator_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    for url, reason in (("http://127.0.0.1:9", "no emulator answers"), ("ftp://x", "not an http")):
        assert 1 == main(["call", "--from", CUSTOMER, "--to", OURS, "--url", url])
        assert reason in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["call"], ["serve"]])
def test_every_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert 0 == caught.value.code
    assert "examples:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--chaos", "loose"], "did you mean lose?"),
        (["--scenario", "/no/such.toml"], "No such file"),
        (["--speed", "quick"], "is not real, fast, stepped or a number"),
        (["--speed", "-1"], "is not real, fast, stepped or a number"),
    ],
)
def test_options_that_cannot_be_meant(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(options)
    assert 2 == caught.value.code
    assert complaint in capsys.readouterr().err


def test_a_scenario_with_an_impossible_call_stops_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "story.toml"
    path.write_text("[[call]]\nfrom = '+15559998888'\nto = '+15550001111'\n")
    assert 2 == main(["--scenario", str(path)])
    assert "is not a [[number]]" in capsys.readouterr().err


def test_the_seed_of_the_weather_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text("seed = 42\n[[chaos]]\ndo = 'random'\n")
    command = [sys.executable, "-m", "evovoice.emulator", "--port", "0", "--scenario", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.terminate()
    assert "/_emulator/" in lines[1]
    assert "chaos seed 42 (the same again: --chaos-seed 42)\n" == lines[2]


def test_the_account_can_be_made_a_trial(app: TinyApp) -> None:
    """And its countries closed; what is left out stays."""
    with emulator(app) as base:
        account = f"{base}/_emulator/account"
        ask("PUT", account, {"type": "Trial", "closedCountries": ["GB"]})
        seen = ask("PUT", account, {"status": "suspended"})
        assert {"type": "Trial", "status": "suspended", "closedCountries": ["GB"]} == seen
        assert "did you mean Trial?" in status_of("PUT", account, {"type": "Trail"})[1]
        for wrong in ({"closedCountries": ["XX"]}, {"closedCountries": "GB"}, {"kind": "Full"}):
            assert 400 == status_of("PUT", account, wrong)[0]
        assert seen == ask("PUT", account, {})
