"""The documented conversion, played by an application that knows nothing of this project."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .outside_emulator import ACCOUNT, TOKEN, ask, emulator, free_port, sdk, wait_for
from .stories import CUSTOMER, OURS

HERE = Path(__file__).parent


@pytest.fixture
def twilio() -> Iterator[str]:
    """The emulator and the application, two processes; the emulator's address."""
    port = free_port()
    with emulator("--speed", "20", "--number", f"{OURS}=http://127.0.0.1:{port}/voice") as base:
        here = f"http://127.0.0.1:{port}"
        known = {"ACCOUNT_SID": ACCOUNT, "AUTH_TOKEN": TOKEN, "EMULATOR": base, "HERE": here}
        command = [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "outside_app",
            "run",
            "--port",
            str(port),
        ]
        process = subprocess.Popen(
            command, cwd=HERE, env={**os.environ, **known}, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        try:
            while "Running on" not in process.stderr.readline():
                assert process.poll() is None
            yield base
        finally:
            process.terminate()
            process.wait(10)
            process.stderr.close()


def test_a_live_call_becomes_a_conference_of_three(twilio: str) -> None:
    client = sdk(twilio)
    parent = ask("POST", f"{twilio}/_emulator/calls", {"from": CUSTOMER, "to": OURS})["callSid"]

    def in_the_room() -> list[str | None]:
        rooms = client.conferences.list(friendly_name="the room")
        members = rooms[0].participants.list() if rooms else []
        return [one.label for one in members if one.status == "connected"]

    wait_for(lambda: len(in_the_room()) == 3)
    assert {None, "third"} == set(in_the_room())
    (child,) = client.calls.list(parent_call_sid=str(parent))
    assert ("in-progress", "in-progress") == (
        child.status,
        client.calls(str(parent)).fetch().status,
    )
    client.conferences(client.conferences.list()[0].sid).update(status="completed")
    wait_for(lambda: not client.calls.list(status="in-progress"))
    state = ask("GET", f"{twilio}/_emulator/state")
    assert [] == state["alerts"]
    client.http_client.session.close()


def test_the_application_knows_nothing_of_this_project() -> None:
    text = (HERE / "outside_app.py").read_text()
    lines = [one for one in text.splitlines()[1:] if one and not one.startswith(("import", "from"))]
    assert 20 >= len(lines)
    assert "evovoice" not in text
