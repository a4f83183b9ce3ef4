"""What browsers are told about every response: no framing, no guessing, no keeping, only https."""

import shutil
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.databases import migrated_file
from tests.web.doubles import WebApp
from tests.web.site import MAX, Site, fast_passwords

__all__ = ["migrated_file"]

YEAR = "max-age=31536000; includeSubDomains"
PATHS = [
    "/auth/status",
    "/sessions/s-1",
    "/no/such",
    "/healthz",
    "/docs",
    "/metadata",
    "/types/python",
]


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'headers.db')}"


def _policy(response: TestResponse) -> dict[str, str]:
    """The directives of the Content-Security-Policy."""
    (header,) = response.headers.getlist("Content-Security-Policy")
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("path", [*PATHS, "/favicon.ico", "/docs/page.js", "/openapi.json"])
def test_no_response_is_framed_guessed_at_or_told_to_other_sites(web: WebApp, path: str) -> None:
    """Errors and pages too; nothing is loaded but what a page itself brings."""
    response = web.client.get(path)
    policy = _policy(response)
    assert ("'none'", "'none'", "'none'") == (
        policy["frame-ancestors"], policy["default-src"], policy["base-uri"],
    )  # fmt: skip
    assert "DENY" == response.headers["X-Frame-Options"]
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert "same-origin" == response.headers["Referrer-Policy"]


def test_pages_run_only_their_own_scripts(web: WebApp) -> None:
    """By a nonce, new in each response."""
    first, second = (_policy(web.client.get("/docs"))["script-src"] for _ in range(2))
    assert first.startswith("'nonce-")
    assert first != second
    assert "script-src" not in _policy(web.api("GET", "/sessions/s-1"))


@pytest.mark.parametrize("path", PATHS)
def test_only_the_icon_may_be_kept(web: WebApp, path: str) -> None:
    """Whether somebody has signed in or not."""
    for response in (web.client.get(path), web.api("GET", path)):
        assert "no-store" == response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("base", "wanted"), [("https://voice.test", YEAR), ("http://voice.test:8000", None)]
)
def test_browsers_are_told_to_use_https_where_the_service_has_it(
    database_url: str, base: str, wanted: str | None
) -> None:
    """For a year, hosts below it too; where it has none they could not reach it any more."""
    site = Site(database_url, base)
    for path in PATHS:
        response = site.ask(site.plain(), "GET", path)
        assert wanted == response.headers.get("Strict-Transport-Security")
    site.database.dispose()


def test_secrets_are_not_kept_by_browsers(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cookies of a login, tokens for others and for devices."""
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    client = site.client()
    answers = [site.sign_in(client, MAX)] + [
        site.ask(client, "GET", path) for path in (f"/auth/token?userId={MAX.id}", "/app/config")
    ]
    assert [(200, "no-store")] * 3 == [
        (one.status_code, one.headers["Cache-Control"]) for one in answers
    ]
    site.database.dispose()
