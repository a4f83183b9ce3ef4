"""Each is switched on by its own variable; a wish that cannot be met is said and stops nothing."""

import logging

import pytest

from evovoice.telemetry import NO_TELEMETRY, telemetry_from
from evovoice.telemetry.telemetry import _is_installed
from evovoice.telemetry.traces import Traces

OTLP = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
SENTRY = {"SENTRY_DSN": "http://0123456789abcdef@127.0.0.1:9/1"}


@pytest.mark.parametrize(
    "environ",
    [{}, {"SENTRY_DSN": " ", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}, {"OTEL_SERVICE_NAME": "x"}],
)
def test_nothing_is_sent_where_nothing_is_set(environ: dict[str, str]) -> None:
    assert telemetry_from(environ) is NO_TELEMETRY


@pytest.mark.parametrize(
    ("environ", "extra"),
    [
        (OTLP, "telemetry"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"}, "telemetry"),
        (SENTRY, "sentry"),
    ],
)
def test_package_that_is_missing_is_said_once_with_how_to_get_it(
    environ: dict[str, str], extra: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert telemetry_from(environ, is_there=lambda _: False) is NO_TELEMETRY
    (record,) = caplog.records
    assert logging.WARNING == record.levelno
    assert next(iter(environ)) in record.getMessage()
    assert f"pip install 'evovoice[{extra}]'" in record.getMessage()
    assert "127.0.0.1" not in record.getMessage()


@pytest.mark.parametrize("absent", ["sdk", "instrumentation.flask", "exporter.otlp.proto.http"])
def test_a_part_of_the_packages_is_not_enough(absent: str) -> None:
    """Other programs bring the interface along, and nothing that sends."""
    telemetry = telemetry_from(OTLP, is_there=lambda name: name != f"opentelemetry.{absent}")
    assert telemetry is NO_TELEMETRY


def test_module_of_a_package_that_is_not_there_is_not_there_either() -> None:
    assert not _is_installed("nobody.knows.this")
    assert _is_installed("opentelemetry.sdk")


def test_either_is_used_without_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*OTLP, *SENTRY):
        monkeypatch.delenv(name, raising=False)
    traces = telemetry_from(OTLP, is_there=lambda name: name.startswith("opentelemetry."))
    assert isinstance(traces.traces, Traces)
    assert traces.errors is None
    monkeypatch.setenv("SENTRY_DSN", SENTRY["SENTRY_DSN"])
    errors = telemetry_from(SENTRY, is_there=lambda name: name == "sentry_sdk")
    assert errors.errors is not None
    assert errors.traces is None


@pytest.mark.parametrize("dsn", ["nonsense", "http://127.0.0.1/1", "ftp://secret@127.0.0.1/1"])
def test_address_of_no_project_is_said_without_its_secret(
    dsn: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SENTRY_DSN", dsn)
    assert telemetry_from({"SENTRY_DSN": dsn}).errors is None
    (record,) = caplog.records
    assert "SENTRY_DSN" in record.getMessage()
    assert dsn not in record.getMessage()
