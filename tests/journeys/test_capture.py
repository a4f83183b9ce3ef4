"""A whole call is kept as files, with which it can be told again without its numbers."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from evovoice.carrier import inbound
from evovoice.factory import create_app
from evovoice.settings import Settings
from tests.carrier.test_twilio_http import running_server
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, TOKEN, Stage

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def _told(stage: Stage) -> None:
    """A customer calls, Ann adds a third party, everybody hangs up."""
    stage.bridge_in()
    stage.add()
    stage.pass_time(10)
    stage.end()
    stage.pass_time(3)


def _form(text: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(text.strip(), keep_blank_values=True))


def _facts(path: str, form: MultiDict[str, str]) -> Any:
    """What the route of that path reads; of a question the parts that hold no number."""
    if path.endswith("/conference"):
        return inbound.room_report(form, NOW)
    if "/legs/" in path:
        return inbound.leg_report(form, "leg-1", NOW)
    if path.endswith("/dial-action"):
        return inbound.dial_action(form, NOW)
    if path.endswith("/status"):
        return inbound.call_report(form, NOW)
    return inbound.incoming_call(form).call_sid


def test_a_call_is_kept_whole_and_reads_as_it_was(new_stage: NewStage, tmp_path: Path) -> None:
    """Every webhook has its form, from which the same facts are read, and no real number."""
    folder = tmp_path / "kept"
    stage = new_stage(capture_folder=str(folder))
    _told(stage)
    sent = [(delivery.url.removeprefix(stage.settings.public_base_url), delivery.body)
            for delivery, _ in stage.answers]  # fmt: skip
    kept = sorted(folder.glob("*.form"), key=lambda path: path.name.split("-")[2])
    original = [_facts(path, _form(body)) for path, body in sent]
    assert len(original) > 12
    assert original == [
        _facts(path, _form(file.read_text())) for (path, _), file in zip(sent, kept, strict=True)
    ]
    text = "\n".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    for secret in (OURS, CUSTOMER, THIRD, TOKEN, stage.twilio.account_sid):
        assert secret.lstrip("+") not in text


def test_a_forged_webhook_is_not_kept(new_stage: NewStage, tmp_path: Path) -> None:
    """Nobody but Twilio fills the folder."""
    stage = new_stage(capture_folder=str(tmp_path / "kept"))
    response = stage.app.test_client().post("/twilio/voice/incoming", data={"From": CUSTOMER})
    assert 403 == response.status_code
    assert not (tmp_path / "kept").exists()


def test_a_webhook_is_answered_though_nothing_can_be_kept(
    new_stage: NewStage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    stage = new_stage(capture_folder=str(tmp_path / "file"))
    _told(stage)
    assert {200, 204} == {response.status for _, response in stage.answers}
    warnings = [line for line in caplog.records if "could not be kept" in line.getMessage()]
    assert 1 == len(warnings)


def _settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(
        f"sqlite:///{tmp_path / 'x.db'}", "https://voice.example.test", "key", "AC" + "0" * 32,
        "token", **more,
    )  # fmt: skip


def test_the_client_of_the_real_carrier_keeps_its_answers(tmp_path: Path) -> None:
    """The factory hands the recorder to both: to webhooks and to requests."""
    with running_server() as server:
        folder = tmp_path / "kept"
        settings = _settings(tmp_path, api_base_url=server.url, capture_folder=str(folder))
        create_app(settings).extensions["evovoice"].context.carrier.live_calls()
        assert len(server.seen) == len(list(folder.glob("*-rest-get-*.json"))) > 0


def test_one_line_says_that_it_is_on_and_without_the_setting_nothing_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(_settings(tmp_path))
    assert not caplog.records
    create_app(_settings(tmp_path, capture_folder=str(tmp_path / "kept")))
    (line,) = caplog.records
    assert logging.WARNING == line.levelno
    assert str(tmp_path / "kept") in line.getMessage()
