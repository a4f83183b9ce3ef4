"""Settings come from the environment; a missing or wrong one stops the start with one sentence."""

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from evovoice.factory import Background, create_app_from_env
from evovoice.settings import SettingsError, from_env
from evovoice.storage.migrations.upgrade import upgrade

ROOT = Path(__file__).parent.parent
GOOD = {
    "PUBLIC_BASE_URL": "https://voice.example.com/",
    "SECRET_KEY": "a secret",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
}


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
        ("EVOVOICE_MAX_MEMBERS", "many"),
        ("EVOVOICE_ADDS_PER_MINUTE", "0"),
        ("EVOVOICE_DATABASE_CONNECTIONS", "0"),
        ("EVOVOICE_CALLS_AT_ONCE", "0"),
        ("EVOVOICE_STREAMS_PER_USER", "0"),
        ("EVOVOICE_PROXIES", "-1"),
        ("EVOVOICE_RECORDING", "yes"),
        ("EVOVOICE_RETURN_SECONDS", "-1"),
        ("EVOVOICE_RETURN_SECONDS", "301"),
        ("EVOVOICE_RETURN_SECONDS", "a while"),
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


@pytest.mark.parametrize(
    ("text", "expected"), [("", False), ("off", False), ("on", True), (" ON ", True)]
)
def test_recording_is_off_unless_it_is_switched_on(text: str, expected: bool) -> None:
    assert expected is from_env(GOOD | {"EVOVOICE_RECORDING": text}).may_record
    assert not from_env(GOOD).may_record


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
    tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str, expected: bool
) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    app = create_app_from_env(GOOD | {"PUBLIC_BASE_URL": url, "DATABASE_URL": database})
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
    tmp_path: Path, environ: dict[str, str], asks: bool
) -> None:
    """What stands in for it has no regions; nothing is asked before the start in any case."""
    app = create_app_from_env(GOOD | environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})
    background: Background = app.extensions["evovoice"]
    background.stop()
    assert asks == (background.at_start is not None)


def test_question_at_the_start_holds_nothing_up(tmp_path: Path) -> None:
    """It is asked once, in a thread of its own, and the start goes on meanwhile."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    app = create_app_from_env(GOOD | {"DATABASE_URL": url})
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


def test_service_is_built_from_the_environment_alone(tmp_path: Path) -> None:
    app = create_app_from_env(GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})
    response = app.test_client().get("/healthz")
    app.extensions["evovoice"].stop()
    assert 503 == response.status_code, "the database has no tables yet"


def test_gunicorn_stops_with_one_sentence_when_a_setting_is_missing() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "app:app"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PORT": "0", "HOST": "127.0.0.1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = run.stderr.decode()
    assert 0 != run.returncode
    assert "PUBLIC_BASE_URL is not set" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("written", "connections"), [("", 16), ("4", 4)])
def test_connections_of_a_process_are_a_setting(written: str, connections: int) -> None:
    found = from_env(GOOD | {"EVOVOICE_DATABASE_CONNECTIONS": written})
    assert connections == found.database_connections


@pytest.mark.parametrize(("threads", "streams"), [("", 100), ("256", 228), ("32", 8), ("4", 1)])
def test_consoles_that_listen_leave_threads_for_the_rest_c73(threads: str, streams: int) -> None:
    assert streams == from_env(GOOD | {"EVOVOICE_THREADS": threads}).streams


@pytest.mark.parametrize(("text", "seconds"), [("", 0), ("0", 0), ("20", 20), ("300", 300)])
def test_lost_devices_are_waited_for_only_where_that_is_set(text: str, seconds: int) -> None:
    assert seconds == from_env(GOOD | {"EVOVOICE_RETURN_SECONDS": text}).return_seconds
