"""`GET /dial` and the script of dial buttons: for origins that are allowed, to the letter."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evovoice.carrier.device_route import DeviceRoute
from evovoice.web.console.pages import console_blueprint
from evovoice.web.every_request import install

CRM = "https://crm.example.com"
SCRIPT = "/console/evovoice-dial.js"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = Flask("console", static_folder=None)
    origins = frozenset({CRM})
    console = console_blueprint(DeviceRoute(), tmp_path, origins)
    install(app, console, allowed_origins=origins)
    return app.test_client()


def test_window_names_the_origin_that_it_hears_c121(client: FlaskClient) -> None:
    page = client.get("/dial", query_string={"from": CRM})
    assert f'<body data-origin="{CRM}">' in page.text
    assert "no-store" == page.headers["Cache-Control"]


@pytest.mark.parametrize(
    "origin",
    [
        None, "", "null", "*", "https://crm.example.com/", "http://crm.example.com",
        "https://crm.example.com.evil.test", "https://CRM.example.com", '"><script>',
    ],
)  # fmt: skip
def test_window_hears_nobody_for_any_other_origin_c121(
    client: FlaskClient, origin: str | None
) -> None:
    page = client.get("/dial", query_string={} if origin is None else {"from": origin})
    assert '<body data-origin="">' in page.text


def test_policy_of_the_window_allows_our_own_scripts_and_requests_alone_c121(
    client: FlaskClient,
) -> None:
    headers = client.get("/dial", query_string={"from": CRM}).headers
    parts = headers["Content-Security-Policy"].split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)
    own = ("script-src", "style-src", "connect-src", "img-src")
    assert {"'self'"} == {policy[name] for name in own}
    none = ("default-src", "base-uri", "form-action", "frame-ancestors", "trusted-types")
    assert {"'none'"} == {policy[name] for name in none}
    assert "microphone=()" in headers["Permissions-Policy"]
    # with it the window and the page that opened it could not speak with each other
    assert "Cross-Origin-Opener-Policy" not in headers


def test_script_is_for_pages_of_that_origin_and_kept_until_it_changes_c122(
    client: FlaskClient,
) -> None:
    """A browser runs a module of another origin only where its answer allows that."""
    allowed = client.get(SCRIPT, headers={"Origin": CRM})
    assert CRM == allowed.headers["Access-Control-Allow-Origin"]
    assert "public, no-cache" == allowed.headers["Cache-Control"]
    assert "Origin" in allowed.headers["Vary"]
    kept = {"Origin": CRM, "If-None-Match": allowed.headers["ETag"]}
    again = client.get(SCRIPT, headers=kept)
    assert (304, CRM) == (again.status_code, again.headers["Access-Control-Allow-Origin"])
    stranger = client.get(SCRIPT, headers={"Origin": f"{CRM}.evil.test"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
