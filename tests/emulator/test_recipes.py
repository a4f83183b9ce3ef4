"""The recipes of docs/emulator-recipes.md, run as they stand there but on free ports."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from evovoice.emulator.http.options import parse_options

from .outside_emulator import ACCOUNT, TOKEN, ask, emulator, free_port, sdk, wait_for
from .stories import CUSTOMER, OURS

PAGE = (Path(__file__).parents[2] / "docs" / "emulator-recipes.md").read_text()
PUBLIC, COLLEAGUE = "https://app.example", "+15554445555"
LANGUAGES = {"Python": ("app.py", "Running on"), "Node": ("app.mjs", "Running")}


def placed(command: str, port: int, base: str = "") -> list[str]:
    """The words of a command of the page, with the ports that are really used."""
    return shlex.split(
        re.sub(r"\b5000\b", str(port), command.replace("http://127.0.0.1:8010", base))
    )


def blocks(heading: str) -> list[str]:
    """The code of one section, in its order."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    (text,) = [one for one in section if one.startswith(f"{heading}\n")]
    return re.findall(r"^```\w+\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@contextmanager
def application(command: str, base: str, port: int, folder: Path, ready: str) -> Iterator[None]:
    """The application's line of the recipe, on that port; its output is not kept."""
    words = placed(command, port, base)
    given = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    program = words[len(given) :]
    runner = [sys.executable, "-m"] if program[0] == "flask" else []
    known = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, **given}
    process = subprocess.Popen(
        [*runner, *program],
        cwd=folder,
        env={**os.environ, **known},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        while ready not in process.stdout.readline():
            assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(params=LANGUAGES)
def recipe(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The emulator and the application as the page starts them; the address and the port."""
    name, ready = LANGUAGES[request.param]
    if request.param == "Node" and shutil.which("node") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Node.js is missing")
        pytest.skip("Node.js is missing")
    code, commands = blocks(request.param)[:2]
    (tmp_path / name).write_text(code)
    first, second = commands.splitlines()
    port = free_port()
    evovoice, command, *options = placed(first, port)
    assert ("evovoice", "emulator") == (evovoice, command)
    with (
        emulator("--speed", "20", *options) as base,
        application(second, base, port, tmp_path, ready),
    ):
        yield base, port


def test_a_recipe_brings_a_caller_and_a_colleague_together_by_its_public_address(
    recipe: tuple[str, int],
) -> None:
    base, port = recipe
    client = sdk(base)
    sid = str(ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})["callSid"])

    def together() -> bool:
        rooms = client.conferences.list(friendly_name=sid)
        members = rooms[0].participants.list() if rooms else []
        return ["connected", "connected"] == [one.status for one in members]

    wait_for(together)
    assert "in-progress" == client.calls.list(to=COLLEAGUE)[0].status
    client.http_client.session.close()  # type: ignore[attr-defined]
    webhooks = ask("GET", f"{base}/_emulator/view")["webhooks"]
    assert isinstance(webhooks, list)
    assert [(f"{PUBLIC}/voice", 200)] == [(one["url"], one["status"]) for one in webhooks]
    assert [] == ask("GET", f"{base}/_emulator/state")["alerts"]
    with pytest.raises(HTTPError) as unsigned:
        urlopen(Request(f"http://127.0.0.1:{port}/voice", b"CallSid=CA1", method="POST"), timeout=9)
    unsigned.value.close()
    assert 403 == unsigned.value.code


def test_the_container_of_the_recipes_is_reached_by_its_name_and_maps_to_the_application() -> None:
    (compose,) = blocks("In containers")
    (command,) = re.findall(r"command: emulator (.*)", compose)
    options = parse_options(shlex.split(command))
    assert ("0.0.0.0", frozenset({"emulator"})) == (options.host, options.allowed_hosts)  # noqa: S104
    assert ((PUBLIC, "http://app:5000"),) == options.addresses


def test_every_other_recipe_is_marked_untried() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE)
    assert [*LANGUAGES, "In containers", "Other languages (untried)"] == headings
