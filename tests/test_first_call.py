"""The page for the first call, and the document around it, hold what they say."""

import re
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
import yaml
from playwright.sync_api import Browser, Route

from evovoice.cli import commands
from tests.browser import chromium, window

__all__ = ["chromium"]

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "first-call-device.html"
SERVICE = "https://voice.example.com"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
# Stands where the SDK is installed, and writes down what the page asks of it.
DOUBLE = """
window.asked = []
window.Twilio = { Device: class extends EventTarget {
  constructor(token) { super(); window.device = this; asked.push(['new', token]) }
  on(name, work) { this.addEventListener(name, (event) => work(event.detail)) }
  async register() { asked.push(['register']); this.tell('registered') }
  updateToken(token) { asked.push(['updateToken', token]) }
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })) }
} }
"""


class _Links(HTMLParser):
    """All addresses that a page loads something from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"src", "href", "action"}]


def test_the_page_loads_nothing_from_another_host() -> None:
    """The SDK comes from where the operator has installed it; there is no other source."""
    links = _Links()
    links.feed(PAGE.read_text())
    assert ["data:,", "node_modules/@twilio/voice-sdk/dist/twilio.min.js"] == links.found
    assert ["https://voice.example.com"] == re.findall(r"https?://[^\s\"'<>]+", PAGE.read_text())


def test_the_document_names_the_page_and_twenty_observations() -> None:
    text = (DOCS / "first-call.md").read_text()
    assert "(first-call-device.html)" in text
    assert [str(n) for n in range(1, 21)] == re.findall(r"(?m)^\| (\d+) \|", text)


def test_what_the_document_names_in_the_code_is_there() -> None:
    text = (DOCS / "first-call.md").read_text()
    named = re.findall(r"`((?:evovoice|tests)/[\w/]+(?:\.py)?)/?`", text)
    assert [] == [path for path in named if not (DOCS.parent / path).exists()]
    constant, path = re.findall(r"take `(\w+)` out of `([\w/.]+)`", text)[0]
    assert re.search(rf"(?m)^{constant} = ", (DOCS.parent / path).read_text())


# --- where it runs -------------------------------------------------------------------------------


def _blocks() -> str:
    """The commands of the document."""
    return "\n".join(re.findall(r"(?ms)^ *```\n(.*?)^ *```", (DOCS / "first-call.md").read_text()))


def test_commands_of_the_program_that_the_document_gives_are_there() -> None:
    """Each word up to the first argument names a command or one of its group."""
    given = re.findall(r"(?m)(?:^ *evovoice|run --rm web) ((?:[a-z]+ ?)+)", _blocks())
    assert len(given) > 5
    for words in given:
        command: click.Command = commands
        for word in words.split():
            assert isinstance(command, click.Group)
            assert word in command.commands, words
            command = command.commands[word]


def test_settings_that_the_document_sets_are_those_of_the_readme() -> None:
    readme = (DOCS.parent / "README.md").read_text()
    known = set(re.findall(r"`([A-Z_]+)`", readme.partition("## Settings")[2]))
    assert set(re.findall(r"(?<![\w/])([A-Z][A-Z_]+_[A-Z]+)=", _blocks())) <= known


def test_files_and_services_that_the_document_copies_and_starts_are_there() -> None:
    text = (DOCS / "first-call.md").read_text()
    named = set(re.findall(r"deploy/[\w.]+", text))
    assert {"deploy/env.example", "deploy/nginx.conf", "deploy/evovoice.service"} <= named
    assert [] == [path for path in named if not (DOCS.parent / path).is_file()]
    services = yaml.safe_load((DOCS.parent / "compose.yaml").read_text())["services"]
    assert set(re.findall(r"run --rm (\w+)", text)) <= set(services)
    profiles = {one for service in services.values() for one in service.get("profiles", [])}
    assert set(re.findall(r"--profile (\w+)", text)) == profiles


def test_unit_runs_the_commands_of_the_procfile() -> None:
    unit = (DOCS.parent / "deploy" / "evovoice.service").read_text()
    procfile = (DOCS.parent / "Procfile").read_text()
    for key, process in (("ExecStartPre", "release"), ("ExecStart", "web")):
        (run,) = re.findall(rf"(?m)^{key}=/srv/evovoice/.venv/bin/(.+)$", unit)
        assert f"{process}: {run}\n" in procfile


def _served(route: Route) -> None:
    url = route.request.url
    if url.endswith("/"):
        route.fulfill(body=PAGE.read_text(), content_type="text/html")
    elif url.endswith("twilio.min.js"):
        route.fulfill(body=DOUBLE, content_type="text/javascript")
    elif route.request.method == "OPTIONS":
        route.fulfill(status=204, headers=CORS)
    else:
        key = route.request.headers["authorization"].removeprefix("Bearer ")
        route.fulfill(json={"identity": "ann_1", "accessToken": f"token of {key}"}, headers=CORS)


@pytest.mark.browser
def test_the_page_registers_rings_and_renews_its_token(chromium: Browser) -> None:
    """On a double of the SDK: what the real one makes of it only Twilio's gateway can show."""
    with window(chromium) as page:
        page.route("**/*", _served)
        page.goto("http://localhost:8765/")
        page.fill("#service", SERVICE)
        page.fill("#key", "ak-1")
        page.click("text=Register")
        page.wait_for_function("document.getElementById('state').textContent === 'registered'")
        page.evaluate("device.tell('tokenWillExpire')")
        page.wait_for_function("asked.length === 3")
        page.evaluate(
            "device.tell('incoming', {parameters: {From: '+12025550123', CallSid: 'CA1'},"
            " on() {}, accept() { asked.push(['accept']) }})"
        )
        assert "+12025550123 rings" == page.inner_text("#call")
        page.click("#accept")
        token = "token of ak-1"
        expected = [["new", token], ["register"], ["updateToken", token], ["accept"]]
        assert expected == page.evaluate("asked")
