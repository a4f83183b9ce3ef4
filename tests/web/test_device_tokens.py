"""NewDeviceToken over HTTP: what it answers, what it refuses, and that the token stays unseen."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.site import ANN, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

TOKEN = "fcm:" + "Ab-_9" * 40


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def _said(site: Site, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {site.key}"}
    return site.ask(site.plain(), "POST", "/app/tokens", json=body, headers=headers)


def test_token_is_kept_for_the_user_and_answered(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = _said(site, {"deviceType": "android", "token": TOKEN})
    assert (200, {"deviceType": "Android", "token": TOKEN}) == (response.status_code, response.json)
    with site.database.reading() as work:
        (device,) = work.device_tokens.of_user(ANN)
    assert ("Android", TOKEN) == (device.device_type, device.token)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"deviceType": "iOS"}, "NotEmpty"),
        ({"deviceType": "iOS", "token": " "}, "NotEmpty"),
        ({"token": TOKEN}, "NotEmpty"),
        ({"deviceType": "Toaster", "token": TOKEN}, "SerializationException"),
        ({"deviceType": "iOS", "token": "x" * 4097}, "SerializationException"),
        ({"deviceType": "iOS", "token": "a\0b"}, "SerializationException"),
    ],
)
def test_device_that_says_too_little_or_too_much_is_refused(
    site: Site, body: Any, code: str
) -> None:
    response = _said(site, body)
    assert (400, code) == (response.status_code, response.json["responseStatus"]["errorCode"])
    with site.database.reading() as work:
        assert [] == work.device_tokens.of_user(ANN)


def test_user_has_ten_devices_at_most(site: Site) -> None:
    for number in range(12):
        site.later(seconds=1)
        assert 200 == _said(site, {"deviceType": "Web", "token": f"t{number}"}).status_code
    with site.database.reading() as work:
        kept = [device.token for device in work.device_tokens.of_user(ANN)]
    assert [f"t{number}" for number in range(11, 1, -1)] == kept


def test_strangers_leave_no_token(site: Site) -> None:
    body = {"deviceType": "Web", "token": TOKEN}
    assert 401 == site.ask(site.plain(), "POST", "/app/tokens", json=body).status_code
