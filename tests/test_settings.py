"""Settings come from the environment; a missing or wrong one stops the start with one sentence."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import pytest

from evovoice.background import Background
from evovoice.cli import main
from evovoice.cli.worker_metrics import metrics_address
from evovoice.environment import environment
from evovoice.factory import create_app_from_env
from evovoice.settings import (
    SettingsError,
    from_env,
    listening_address,
    process_count,
    stream_count,
    thread_count,
)
from evovoice.storage.unit_of_work import DatabaseUnavailable
from tests.databases import migrated_file

__all__ = ["migrated_file"]

ROOT = Path(__file__).parent.parent
GOOD = {
    "PUBLIC_BASE_URL": "https://voice.example.com/",
    "SECRET_KEY": "a secret",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
}

AWAY = "postgresql://u:secret@127.0.0.1:1/n"
NUMBERS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "PORT": listening_address,
    "WEB_CONCURRENCY": process_count,
    "EVOVOICE_THREADS": thread_count,
    "EVOVOICE_PROXIES": from_env,
    "EVOVOICE_RETENTION_DAYS": from_env,
    "EVOVOICE_RETURN_SECONDS": from_env,
    "EVOVOICE_MAX_MEMBERS": from_env,
    "EVOVOICE_MAX_PENDING": from_env,
    "EVOVOICE_ADDS_PER_MINUTE": from_env,
    "EVOVOICE_CALLS_AT_ONCE": from_env,
    "EVOVOICE_STREAMS": stream_count,
    "EVOVOICE_STREAMS_PER_USER": from_env,
    "EVOVOICE_DATABASE_CONNECTIONS": from_env,
    "EVOVOICE_METRICS_PORT": metrics_address,
}
WRONG_TEXTS = {  # tried below, or in tests of their own
    "PUBLIC_BASE_URL", "TWILIO_API_BASE_URL", "TWILIO_REGION", "TWILIO_EDGE", "TWILIO_ACCOUNT_SID",
    "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "HOST", "DATABASE_URL", "EVOVOICE_SIP_HOSTS",
    "EVOVOICE_ALLOWED_ORIGINS", "EVOVOICE_RECORDING", "EVOVOICE_RECORD_WEBHOOKS",
    "EVOVOICE_SPEAKER_EVENTS",
    "EVOVOICE_ENV_FILE", "EVOVOICE_BACKGROUND", "EVOVOICE_METRICS_TOKEN", "EVOVOICE_LOG",
    "EVOVOICE_OIDC_ISSUER", "EVOVOICE_OIDC_CLIENT_ID", "EVOVOICE_OIDC_CLIENT_SECRET",
    "EVOVOICE_SDK_URL",
}  # fmt: skip
ANY_TEXT = {
    "SECRET_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY", "TWILIO_TWIML_APP_SID",
    "EVOVOICE_COMMIT",
}  # fmt: skip


@pytest.fixture
def migrated(tmp_path: Path, migrated_file: Path) -> str:
    """The address of an SQLite database with all tables."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'x.db')}"


def test_good_settings_are_read() -> None:
    settings = from_env(
        GOOD | {"TWILIO_AUTH_TOKEN_SECONDARY": "next", "EVOVOICE_SIP_HOSTS": "A, b"}
    )
    assert "https://voice.example.com" == settings.public_base_url
    assert ("a token", "next") == settings.auth_tokens
    assert {"a", "b"} == settings.sip_hosts
    assert "sqlite:///var/evovoice.db" == settings.database_url


@pytest.mark.parametrize("name", sorted(GOOD))
def test_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_env({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_BASE_URL", "voice.example.com"),
        ("PUBLIC_BASE_URL", "https://user:secret@voice.example.com"),
        ("PUBLIC_BASE_URL", "https://voice.example.com?x=1"),
        ("PUBLIC_BASE_URL", "https://voice.example.com/#x"),
        ("PUBLIC_BASE_URL", "https://voice.example.com:99999"),
        ("PUBLIC_BASE_URL", "https://voice_1.example.com"),
        ("PUBLIC_BASE_URL", "http://[:::]"),
        ("PUBLIC_BASE_URL", "https://[1.2.3.4]"),
        ("TWILIO_API_BASE_URL", "http://[:::]:8010"),
        ("TWILIO_API_BASE_URL", "http://127.0.0.1:65536"),
        ("TWILIO_API_BASE_URL", "nonsense"),
        ("TWILIO_API_BASE_URL", "ftp://127.0.0.1:8010"),
        ("TWILIO_API_BASE_URL", "http://user:secret@127.0.0.1:8010"),
        ("TWILIO_API_BASE_URL", "http://127.0.0.1:8010/?x=1"),
        ("TWILIO_REGION", "de1"),
        ("TWILIO_REGION", "dublin"),
        ("TWILIO_EDGE", "dublin.evil.example"),
        ("TWILIO_EDGE", "dublin/"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_API_KEY_SID", "SK" + "0" * 32),
        ("EVOVOICE_RECORDING", "yes"),
        ("EVOVOICE_SPEAKER_EVENTS", "yes"),
        ("EVOVOICE_BACKGROUND", "both"),
        ("EVOVOICE_METRICS_TOKEN", "fifteen-letters"),
        ("EVOVOICE_METRICS_TOKEN", "sixteen letters!"),
        ("EVOVOICE_METRICS_TOKEN", "sixteen-lettërs!"),
        ("EVOVOICE_METRICS_TOKEN", "sixteen\tletters!"),
        ("EVOVOICE_SIP_HOSTS", "pbx.example.com pbx.example.org"),
        ("EVOVOICE_SIP_HOSTS", "sip:ann@pbx.example.com"),
        ("EVOVOICE_SIP_HOSTS", "pbx.example.com:5060"),
        ("EVOVOICE_RECORD_WEBHOOKS", "on"),
        ("EVOVOICE_RECORD_WEBHOOKS", "Off"),
        *[
            ("EVOVOICE_ALLOWED_ORIGINS", text)
            for text in (
                "console.example.com",
                "null",
                "*",
                "https://*.example.com",
                "ftp://example.com",
                "https://example.com/console",
                "https://example.com?x=1",
                "https://a@example.com",
                "https://example.com:0",
                "https://example.com:65536",
                "https://example.com:x",
                "https://ex_ample.com",
                "https://exämple.com",
                "https://",
                "https://a.test https://b.test",
                "https://a.test,javascript:alert(1)",
            )
        ],
    ],
)
def test_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.replace("_SID", "")):
        from_env(GOOD | {name: value})


@pytest.mark.parametrize("text", ["zwei", "-1", "1.5", "1e3", "٣", "1" * 5000, "9" * 11, "x" * 999])
@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_that_is_none_stops_the_start_with_one_short_sentence(
    name: str, text: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        NUMBERS[name](GOOD | {name: text})
    said = str(refusal.value)
    assert said.startswith(f"{name} must be a whole number from ")
    assert len(said) < 200


def test_every_setting_of_the_readme_is_tried_or_may_be_any_text() -> None:
    """A new number has to be tried with nonsense too."""
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    named = {name for line in table.splitlines() if line.startswith("| `")
             for name in re.findall(r"`([A-Z_]+)`", line.split("|")[1])}  # fmt: skip
    assert named - set(NUMBERS) - WRONG_TEXTS <= ANY_TEXT


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("EVOVOICE_PROXIES", 0, 16), ("EVOVOICE_RETURN_SECONDS", 0, 300), ("PORT", 0, 65535),
     ("EVOVOICE_THREADS", 1, 4096), ("EVOVOICE_STREAMS", 1, 20_000), ("WEB_CONCURRENCY", 1, 512)],
)  # fmt: skip
def test_numbers_are_taken_up_to_their_bounds(name: str, lowest: int, highest: int) -> None:
    """No proxy at all is a number of proxies."""
    for number in (lowest, highest):
        NUMBERS[name](GOOD | {name: f" {number} "})
    for number in (lowest - 1, highest + 1):
        with pytest.raises(SettingsError):
            NUMBERS[name](GOOD | {name: str(number)})


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("", "", "0.0.0.0:8000"),
        ("127.0.0.1", "0", "127.0.0.1:0"),
        ("::", "80", "[::]:80"),
        ("my_host.internal", " 8001 ", "my_host.internal:8001"),
    ],
)
def test_host_and_port_are_where_it_listens(host: str, port: str, expected: str) -> None:
    assert expected == listening_address({"HOST": host, "PORT": port})


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("", "", None), ("my_host.internal", "9100", ("my_host.internal", 9100)),
        ("::", "9100", ("::", 9100)), ("127.0.0.1", " 9100 ", ("127.0.0.1", 9100)),
    ],
)  # fmt: skip
def test_worker_tells_its_metrics_where_a_port_says(
    host: str, port: str, expected: tuple[str, int] | None
) -> None:
    token = {"EVOVOICE_METRICS_TOKEN": "sixteen-letters!"}
    told = {"HOST": host, "EVOVOICE_METRICS_PORT": port, "PORT": "8000"}
    assert expected == metrics_address(told | token)


def test_port_of_metrics_without_a_token_is_refused_c89() -> None:
    with pytest.raises(SettingsError, match="without EVOVOICE_METRICS_TOKEN"):
        metrics_address({"EVOVOICE_METRICS_PORT": "9100"})


@pytest.mark.parametrize("host", ["0.0.0.0:80", "http://a", "a b", "[::1]", "unix:/tmp/x", "ä"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="HOST must be"):
        listening_address({"HOST": host})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("sixteen-letters!", "sixteen-letters!"),
        (" " + "x" * 999, "x" * 999),
    ],
)
def test_token_of_metrics_is_kept_and_never_logged_c89(text: str, expected: str | None) -> None:
    settings = from_env(GOOD | {"EVOVOICE_METRICS_TOKEN": text})
    assert expected == settings.metrics_token
    assert expected is None or expected in settings.secrets


@pytest.mark.parametrize(
    ("text", "expected"), [("", False), ("off", False), ("on", True), (" ON ", True)]
)
def test_recording_is_off_unless_it_is_switched_on(text: str, expected: bool) -> None:
    assert expected is from_env(GOOD | {"EVOVOICE_RECORDING": text}).may_record
    assert not from_env(GOOD).may_record


@pytest.mark.parametrize(("text", "expected"), [("", False), ("off", False), ("on", True)])
def test_nobody_is_told_who_speaks_unless_it_is_switched_on(text: str, expected: bool) -> None:
    assert expected is from_env(GOOD | {"EVOVOICE_SPEAKER_EVENTS": text}).tells_speakers
    assert not from_env(GOOD).tells_speakers


@pytest.mark.parametrize(("text", "expected"), [("", False), ("web", False), (" Worker", True)])
def test_background_is_with_those_who_serve_unless_a_worker_has_it(
    text: str, expected: bool
) -> None:
    assert expected is from_env(GOOD | {"EVOVOICE_BACKGROUND": text}).has_worker


@pytest.mark.parametrize(("text", "expected"), [("", None), (" ", None), ("var/x", "var/x")])
def test_webhooks_are_kept_only_where_a_folder_is_named(text: str, expected: str | None) -> None:
    assert expected == from_env(GOOD | {"EVOVOICE_RECORD_WEBHOOKS": text}).capture_folder
    assert from_env(GOOD).capture_folder is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        (" , ", set()),
        ("https://Console.Example.com", {"https://console.example.com"}),
        ("https://a.test:443/, http://a.test:80", {"https://a.test", "http://a.test"}),
        (
            "https://a.test:8443,http://127.0.0.1:05173",
            {"https://a.test:8443", "http://127.0.0.1:5173"},
        ),
        ("http://[::1]:3000", {"http://[::1]:3000"}),
    ],
)
def test_origins_are_kept_as_browsers_send_them_c41(text: str, expected: set[str]) -> None:
    assert expected == from_env(GOOD | {"EVOVOICE_ALLOWED_ORIGINS": text}).allowed_origins


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Voice.Example.COM:443/", "https://voice.example.com"),
        ("HTTPS://voice.example.com/Evo/Voice/", "https://voice.example.com/Evo/Voice"),
        ("http://Voice.example.com:80/A", "http://voice.example.com/A"),
        ("https://voice.example.com:8443", "https://voice.example.com:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_base_url_is_normalised_and_kept_as_it_was_set(text: str, expected: str) -> None:
    """A path keeps its capitals: they mean something there."""
    settings = from_env(GOOD | {"PUBLIC_BASE_URL": text})
    assert expected == settings.public_base_url
    assert text.rstrip("/") == settings.base_url_as_set


@pytest.mark.parametrize("text", ["http://127.0.0.1:8010", "http://my_emulator:8010/x/"])
def test_api_base_url_is_kept_as_it_was_set(text: str) -> None:
    assert text == from_env(GOOD | {"TWILIO_API_BASE_URL": f" {text} "}).api_base_url


@pytest.mark.parametrize("name", ["PUBLIC_BASE_URL", "TWILIO_API_BASE_URL"])
def test_refused_base_url_does_not_show_its_password(name: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        from_env(GOOD | {name: "https://user:secret@voice.example.com"})
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://voice.example.com", False),
        ("http://voice.example.com", True),
        ("http://10.0.0.7:8000", True),
        ("http://localhost.example.com", True),
        ("http://localhost:8000", False),
        ("http://voice.localhost", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.1.2.3", False),
        ("http://[::1]:8000", False),
    ],
)
def test_start_warns_where_http_leaves_the_machine(
    migrated: str, caplog: pytest.LogCaptureFixture, url: str, expected: bool
) -> None:
    app = create_app_from_env(GOOD | {"PUBLIC_BASE_URL": url, "DATABASE_URL": migrated})
    app.extensions["evovoice"].stop()
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert expected == any("PUBLIC_BASE_URL begins with http://" in line for line in warnings)


@pytest.mark.parametrize(
    ("environ", "region", "edge"),
    [
        ({}, None, None),
        ({"TWILIO_REGION": "", "TWILIO_EDGE": ""}, None, None),
        ({"TWILIO_REGION": "us1"}, "us1", "ashburn"),
        ({"TWILIO_REGION": " IE1 "}, "ie1", "dublin"),
        ({"TWILIO_REGION": "au1"}, "au1", "sydney"),
        ({"TWILIO_REGION": "au1", "TWILIO_EDGE": "Sydney-IX"}, "au1", "sydney-ix"),
        ({"TWILIO_EDGE": "frankfurt"}, None, "frankfurt"),
    ],
)
def test_region_brings_its_edge_location(
    environ: dict[str, str], region: str | None, edge: str | None
) -> None:
    """A region's API has no host name without one."""
    settings = from_env(GOOD | environ)
    assert (region, edge) == (settings.region, settings.edge)


@pytest.mark.parametrize(
    ("environ", "asks"), [({}, True), ({"TWILIO_API_BASE_URL": "http://127.0.0.1:9"}, False)]
)
def test_only_twilio_itself_is_asked_about_the_credentials(
    migrated: str, environ: dict[str, str], asks: bool
) -> None:
    """What stands in for it has no regions; nothing is asked before the start in any case."""
    app = create_app_from_env(GOOD | environ | {"DATABASE_URL": migrated})
    background: Background = app.extensions["evovoice"]
    background.stop()
    assert asks == (background.at_start is not None)


def test_question_at_the_start_holds_nothing_up(migrated: str) -> None:
    """It is asked once, in a thread of its own, and the start goes on meanwhile."""
    app = create_app_from_env(GOOD | {"DATABASE_URL": migrated})
    asked, may_end, ended = Event(), Event(), Event()

    def ask() -> None:
        asked.set()
        may_end.wait(5)
        ended.set()

    background = Background(app.extensions["evovoice"].context, ask)
    background.start()
    assert asked.wait(5)
    assert not ended.is_set()
    background.stop()
    may_end.set()
    assert ended.wait(5)


def test_no_setting_shows_its_secrets_when_printed() -> None:
    assert "a token" not in repr(from_env(GOOD))


def test_service_is_built_from_the_environment_alone(migrated: str) -> None:
    app = create_app_from_env(GOOD | {"DATABASE_URL": migrated})
    response = app.test_client().get("/healthz")
    app.extensions["evovoice"].stop()
    assert 200 == response.status_code


def test_a_database_without_tables_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="lacks migrations: run `evovoice db upgrade`"):
        create_app_from_env(GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})


def test_a_database_that_is_away_does_not_stop_the_start(caplog: pytest.LogCaptureFixture) -> None:
    """The platform would start the service again and again; it is not ready until then. Why it is
    away stands in the log, without secrets.
    """
    app = create_app_from_env(GOOD | {"DATABASE_URL": AWAY})
    response = app.test_client().get("/healthz")
    app.extensions["evovoice"].stop()
    assert 503 == response.status_code
    assert "The start goes on without the database (Connection refused)" in caplog.text
    assert "secret" not in caplog.text


UNUSABLE = [
    ({"PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL is not set"),
    ({"DATABASE_URL": "mysql://u:secret@h/n"}, "DATABASE_URL must name"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no database address"),
    ({"DATABASE_URL": "postgres://u:secret@h:port/n"}, "DATABASE_URL is no database address"),
    ({"DATABASE_URL": "postgres://u:secret@[::1/n"}, "DATABASE_URL is no database address"),
    ({"DATABASE_URL": "sqlite:////tmp/no/folder/x.db"}, "The folder /tmp/no/folder"),
    ({"DATABASE_URL": "sqlite:///{tmp}/empty.db"}, "run `evovoice db upgrade`"),
    ({"EVOVOICE_THREADS": "viele"}, "EVOVOICE_THREADS must be a whole number"),
    ({"EVOVOICE_ENV_FILE": "/nowhere/at/all"}, "/nowhere/at/all cannot be read"),
]
UNUSABLE_TO_LISTEN = [
    ({"WEB_CONCURRENCY": "zwei"}, "WEB_CONCURRENCY must be a whole number from 1 to 512"),
    ({"PORT": "http"}, "PORT must be a whole number"),
    ({"HOST": "a b"}, "HOST must be"),
]


@pytest.mark.parametrize(
    ("command", "wrong", "says"),
    [
        *[("serve", *one) for one in UNUSABLE + UNUSABLE_TO_LISTEN],
        *[("worker", *one) for one in UNUSABLE],
    ],
    ids=str,
)
def test_a_command_with_a_wrong_setting_ends_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    command: str, wrong: dict[str, str], says: str,
) -> None:  # fmt: skip
    for name, text in (GOOD | wrong).items():
        monkeypatch.setenv(name, text.replace("{tmp}", str(tmp_path)))
    assert 3 == main([command])
    said = capsys.readouterr().err
    assert 1 == len(said.splitlines())
    assert says in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL is not set"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no database address"),
        ({"DATABASE_URL": "postgres://u:secret@h:99999/n"}, "impossible port 99999"),
        ({"DATABASE_URL": "postgres://u:secret@h/n?geheim=1"}, "does not know, among: geheim"),
        ({"DATABASE_URL": "sqlite:///{tmp}/empty.db"}, "run `evovoice db upgrade`"),
        ({"EVOVOICE_THREADS": "viele"}, "EVOVOICE_THREADS must be a whole number"),
        ({"EVOVOICE_ENV_FILE": "/nowhere/at/all"}, "/nowhere/at/all cannot be read"),
    ],
    ids=str,
)
def test_gunicorn_with_a_wrong_setting_ends_with_one_sentence(
    tmp_path: Path, wrong: dict[str, str], says: str
) -> None:
    wrong = {name: text.replace("{tmp}", str(tmp_path)) for name, text in wrong.items()}
    _ends_with_one_sentence(["-m", "gunicorn", "app:app"], GOOD | wrong, says)


@pytest.mark.parametrize("hooks", ["", "preload_app = True"], ids=["each for itself", "preload"])
def test_an_operators_own_gunicorn_ends_too(tmp_path: Path, hooks: str) -> None:
    """Rather than to start processes without end."""
    conf = tmp_path / "own.py"
    conf.write_text(f"bind = '127.0.0.1:0'\n{hooks}\n")
    words = ["-m", "gunicorn", "-c", str(conf), "app:app"]
    _ends_with_one_sentence(words, {}, "PUBLIC_BASE_URL is not set")


def _ends_with_one_sentence(words: list[str], environ: dict[str, str], says: str) -> None:
    usual = {"PATH": "/usr/bin:/bin", "PORT": "0", "HOST": "127.0.0.1", "EVOVOICE_ENV_FILE": ""}
    run = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=usual | environ, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    said = run.stderr.decode()
    assert 3 == run.returncode, said
    (sentence,) = [line for line in said.splitlines() if line.startswith("evovoice: ")]
    assert says in sentence
    assert "Traceback" not in said
    assert "secret" not in said


@pytest.fixture
def _in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVOVOICE_ENV_FILE")
    monkeypatch.setenv("SECRET_KEY", "of the environment")


@pytest.mark.usefixtures("_in_a_checkout")
def test_a_file_of_settings_is_read_and_the_environment_wins() -> None:
    """Nothing in it is replaced: a secret may have a dollar sign in it."""
    Path(".env").write_text("""
# ours
SECRET_KEY=of the file
export TWILIO_AUTH_TOKEN='a ${HOME} token'
EVOVOICE_PROXIES=1
EMPTY
""")
    found = environment()
    assert "of the environment" == found["SECRET_KEY"]
    assert ("a ${HOME} token", "1") == (found["TWILIO_AUTH_TOKEN"], found["EVOVOICE_PROXIES"])
    assert "EMPTY" not in found


@pytest.mark.usefixtures("_in_a_checkout")
def test_another_file_of_settings_or_none_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("EVOVOICE_PROXIES=1")
    Path("other.env").write_text("EVOVOICE_PROXIES=2")
    monkeypatch.setenv("EVOVOICE_ENV_FILE", "other.env")
    assert "2" == environment()["EVOVOICE_PROXIES"]
    monkeypatch.setenv("EVOVOICE_ENV_FILE", "")
    assert "EVOVOICE_PROXIES" not in environment()


@pytest.mark.usefixtures("_in_a_checkout")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Path(".env").write_bytes(b"A=\xff"), "UTF-8"),
        (lambda: os.environ.update(EVOVOICE_ENV_FILE="no.env"), "No such file"),
        (lambda: os.environ.update(EVOVOICE_ENV_FILE="."), "directory"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], object], reason: str
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    make()
    with pytest.raises(SettingsError, match=reason):
        environment()


@pytest.mark.usefixtures("_in_a_checkout")
def test_a_checkout_without_such_a_file_is_usual() -> None:
    assert "of the environment" == environment()["SECRET_KEY"]


@pytest.mark.parametrize(("written", "connections"), [("", 16), ("4", 4)])
def test_connections_of_a_process_are_a_setting(written: str, connections: int) -> None:
    found = from_env(GOOD | {"EVOVOICE_DATABASE_CONNECTIONS": written})
    assert connections == found.database_connections


@pytest.mark.parametrize(("threads", "streams"), [("", 100), ("256", 228), ("32", 8), ("4", 1)])
def test_consoles_that_listen_leave_threads_for_the_rest_c73(threads: str, streams: int) -> None:
    """Under a server that needs a thread for each of them."""
    assert streams == from_env(GOOD | {"EVOVOICE_THREADS": threads}).streams_in_threads


@pytest.mark.parametrize(("threads", "questions"), [("", 32), ("16", 4), ("3", 1)])
def test_questions_that_wait_for_the_database_leave_threads_for_the_rest(
    threads: str, questions: int
) -> None:
    assert questions == from_env(GOOD | {"EVOVOICE_THREADS": threads}).questions_kept


@pytest.mark.parametrize(("written", "streams"), [("", 500), ("60", 60)])
def test_consoles_of_a_process_are_a_setting_c73(written: str, streams: int) -> None:
    """No server lets in more, whatever it needs for each."""
    environ = GOOD | {"EVOVOICE_STREAMS": written}
    assert streams == stream_count(environ)
    assert min(streams, 100) == from_env(environ).streams_in_threads


@pytest.mark.parametrize(("text", "seconds"), [("", 15), ("0", 0), ("20", 20), ("300", 300)])
def test_lost_devices_are_waited_for_unless_that_is_switched_off(text: str, seconds: int) -> None:
    assert seconds == from_env(GOOD | {"EVOVOICE_RETURN_SECONDS": text}).return_seconds


OIDC = {
    "EVOVOICE_OIDC_ISSUER": "https://login.example.com/acme",
    "EVOVOICE_OIDC_CLIENT_ID": "evo-voice",
    "EVOVOICE_OIDC_CLIENT_SECRET": "a client's secret",
}


def test_single_sign_on_is_set_up_as_a_whole_or_not_at_all_c96() -> None:
    """Its secret is one of those that stand in no log."""
    assert from_env(GOOD).oidc is None
    settings = from_env(GOOD | OIDC)
    assert settings.oidc is not None
    assert OIDC["EVOVOICE_OIDC_ISSUER"] == settings.oidc.issuer
    assert OIDC["EVOVOICE_OIDC_CLIENT_SECRET"] in settings.secrets
    assert "a client" not in repr(settings.oidc)


@pytest.mark.parametrize("name", sorted(OIDC))
def test_what_is_missing_of_single_sign_on_is_named_c96(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        from_env(GOOD | OIDC | {name: " "})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.com", "login.example.com", "https://", "ftp://login.example.com",
        "https://login.example.com?x=1", "https://login.example.com#x", "http://[", "x" * 999,
        "https://ann:secret@login.example.com", "http://localhost.example.com",
    ],
)  # fmt: skip
def test_issuer_is_an_https_address_c96(issuer: str) -> None:
    """What it is told, and what it tells, decides who is let in."""
    with pytest.raises(SettingsError, match="EVOVOICE_OIDC_ISSUER must be an address") as refusal:
        from_env(GOOD | OIDC | {"EVOVOICE_OIDC_ISSUER": issuer})
    assert len(str(refusal.value)) < 300
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"])
def test_issuer_on_this_machine_needs_no_https_c96(issuer: str) -> None:
    settings = from_env(GOOD | OIDC | {"EVOVOICE_OIDC_ISSUER": issuer})
    assert settings.oidc is not None
    assert issuer == settings.oidc.issuer


def test_package_that_single_sign_on_needs_is_named_where_it_is_missing_c96(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without its settings nobody needs it."""
    monkeypatch.setattr("evovoice.oidc_settings.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"pip install 'evovoice\[oidc\]'"):
        from_env(GOOD | OIDC)
    assert from_env(GOOD).oidc is None


def test_process_without_single_sign_on_imports_nothing_of_it_c96() -> None:
    code = "import sys, evovoice.factory, evovoice.cli; sys.exit('authlib' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
