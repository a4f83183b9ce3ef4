"""Pages of other origins: those that were configured, and all that merely look like them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import migrated_file
from tests.web.doubles import refused
from tests.web.site import ANN, PASSWORD, Site, fast_passwords

__all__ = ["migrated_file"]

CONSOLE, LOCAL = "https://console.example.com", "http://127.0.0.1:5173"
LOOK_ALIKES = [
    "null", "*", "", "http://console.example.com", "https://console.example.com:8443",
    "https://console.example.com.evil.test", "https://evil-console.example.com",
    "https://example.com", "https://x.console.example.com", "https://console.example.com/",
    "https://console.example.co", "https://CONSOLE.example.com.", "http://127.0.0.1",
    "http://127.0.0.1:51730", f"{CONSOLE}, https://evil.test", f"https://evil.test {CONSOLE}",
]  # fmt: skip
ASKS = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "x-y"}
CREDENTIALS = {"userName": ANN.email, "password": PASSWORD}
look_alikes = pytest.mark.parametrize("origin", LOOK_ALIKES)


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """One kind of database: nothing here depends on it."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'cors.db')}"


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, allowed_origins=frozenset({CONSOLE, LOCAL}))
    site.furnish()
    yield site
    site.database.dispose()


def _cors(response: Any) -> dict[str, str]:
    prefix = "Access-Control-"
    return {
        name.removeprefix(prefix): value
        for name, value in response.headers.items()
        if name.startswith(prefix)
    }


@pytest.mark.parametrize("origin", [CONSOLE, LOCAL])
@pytest.mark.parametrize(
    "path", ["/sessions/s-1", "/api/PatchSession", "/auth/credentials", "/no/such", "/json/reply/X"]
)
def test_browser_may_ask_before_it_writes_c41(site: Site, origin: str, path: str) -> None:
    """Without credentials, and whatever is there: the request itself is judged later."""
    answer = site.ask(site.plain(), "OPTIONS", path, headers={"Origin": origin, **ASKS})
    assert (204, b"") == (answer.status_code, answer.data)
    told = _cors(answer)
    assert (origin, "true", "600") == tuple(
        told[name] for name in ("Allow-Origin", "Allow-Credentials", "Max-Age")
    )
    assert {"PATCH", "DELETE"} <= set(told["Allow-Methods"].split(", "))
    assert {"Authorization", "Idempotency-Key", "X-ss-id"} <= set(told["Allow-Headers"].split(", "))


def test_answer_to_a_page_of_a_configured_origin_may_be_read_c41(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.key}", "Origin": CONSOLE}
    for path, status in (("/sessions/active", 200), ("/sessions/none", 404), ("/no/such", 404)):
        answer = site.ask(site.plain(), "GET", path, headers=headers)
        assert status == answer.status_code
        assert {
            "Allow-Origin": CONSOLE,
            "Allow-Credentials": "true",
            "Expose-Headers": "X-Request-Id, Retry-After, X-Total-Count, X-AutoBatch-Completed",
        } == _cors(answer)
        assert {"Accept", "Origin"} == set(answer.headers["Vary"].split(", "))


def test_answer_varies_by_origin_even_where_none_is_named_c41(site: Site) -> None:
    """Else a cache would hand an answer without headers to a page that needs them."""
    answer = site.ask(site.plain(), "GET", "/healthz")
    assert ({}, True) == (_cors(answer), "Origin" in answer.headers["Vary"])


@look_alikes
def test_origin_that_only_looks_like_one_is_told_nothing_c41(site: Site, origin: str) -> None:
    plain = site.plain()
    asked = site.ask(plain, "OPTIONS", "/sessions/s-1", headers={"Origin": origin, **ASKS})
    assert (405, {}) == (asked.status_code, _cors(asked))
    headers = {"Authorization": f"Bearer {site.key}", "Origin": origin}
    assert {} == _cors(site.ask(plain, "GET", "/sessions/active", headers=headers))


def test_question_without_a_method_is_an_ordinary_request_c41(site: Site) -> None:
    answer = site.ask(site.plain(), "OPTIONS", "/sessions/s-1", headers={"Origin": CONSOLE})
    assert 405 == answer.status_code
    who = site.ask(site.plain(), "OPTIONS", "/auth", headers={"Origin": CONSOLE})
    assert (401, CONSOLE) == (who.status_code, _cors(who)["Allow-Origin"])


def test_configured_origin_signs_in_and_writes_by_cookie_c41(site: Site) -> None:
    client, headers = site.client(), {"Origin": CONSOLE}
    answer = site.ask(client, "POST", "/auth/credentials", json=CREDENTIALS, headers=headers)
    assert (200, "true") == (answer.status_code, _cors(answer)["Allow-Credentials"])
    refused(site.ask(client, "DELETE", "/sessions/s-1", headers=headers), 404, "NotFound")
    assert 200 == site.ask(client, "POST", "/auth/logout", headers=headers).status_code


def test_link_of_a_configured_origin_signs_out_c39_c41(site: Site) -> None:
    client = site.client()
    site.sign_in(client)
    headers = {"Referer": CONSOLE + "/", "Sec-Fetch-Site": "cross-site"}
    assert 200 == site.ask(client, "GET", "/auth/logout", headers=headers).status_code
    assert not site.is_in(client)


@pytest.mark.parametrize("origin", [f"{CONSOLE}.evil.test", "http://console.example.com", "null"])
def test_link_of_a_look_alike_signs_nobody_out_c39_c41(site: Site, origin: str) -> None:
    client = site.client()
    site.sign_in(client)
    headers = {"Referer": f"{origin}/", "Sec-Fetch-Site": "cross-site"}
    refused(site.ask(client, "GET", "/auth/logout", headers=headers), 403, "ForeignOrigin")
    assert site.is_in(client)


@look_alikes
def test_look_alike_writes_nothing_by_cookie_c41(site: Site, origin: str) -> None:
    client = site.client()
    site.sign_in(client)
    answer = site.ask(client, "DELETE", "/sessions/s-1", headers={"Origin": origin})
    refused(answer, 403, "ForeignOrigin")
    assert {} == _cors(answer)


@pytest.mark.parametrize("origin", [CONSOLE, "null"])
def test_without_configured_origins_there_are_no_headers_c41(
    database_url: str, origin: str
) -> None:
    site = Site(database_url)
    for verb in ("OPTIONS", "GET"):
        answer = site.ask(
            site.plain(), verb, "/sessions/active", headers={"Origin": origin, **ASKS}
        )
        assert ({}, "Accept") == (_cors(answer), answer.headers["Vary"])
    site.database.dispose()
