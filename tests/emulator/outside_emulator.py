"""The emulator as a process of its own, and the ways to it: as an outside user has them."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.request import Request, urlopen

from twilio.rest import Client

from evovoice.emulator.exchange import RestEntry

from .openapi_judge import validate

ACCOUNT = "AC" + "a" * 32
TOKEN = "server-door-token"
KEY = "SK" + "c" * 32
SECRET = "key-secret"
PATIENCE = 10.0


@contextmanager
def emulator(*options: str, judged: bool = True) -> Iterator[str]:
    """Its address; it has to stop cleanly on SIGTERM, and Twilio's description judges its log."""
    command = [sys.executable, "-W", "error", "-m", "evovoice.emulator", "--port", "0"]
    account = ["--account-sid", ACCOUNT, "--auth-token", TOKEN, "--api-key", f"{KEY}:{SECRET}"]
    process = subprocess.Popen([*command, *account, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        first_line = process.stdout.readline()
        assert first_line.startswith("emulator listening on http://127.0.0.1:")
        base = first_line.split()[-1]
        yield base
        if judged:
            judge_log(base)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)
        process.stdout.close()
    assert code == 0


def judge_log(base: str) -> None:
    """Every REST exchange that was answered."""
    rest = ask("GET", f"{base}/_emulator/log")["rest"]
    assert isinstance(rest, list)
    for one in rest:
        if one["status"] is not None:
            params = tuple((name, text) for name, text in one["params"])
            at = datetime.fromisoformat(one["at"])
            validate(RestEntry(at, one["method"], one["path"], params, one["status"], one["body"]))


def ask(method: str, url: str, body: object = None) -> dict[str, object]:
    """One request to the control address."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, method=method), timeout=PATIENCE) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def sdk(base: str, user: str = KEY, password: str = SECRET) -> Client:
    """The official client, with its base address rewritten."""
    client = Client(user, password, account_sid=ACCOUNT)
    client.api.base_url = base
    return client


def wait_for(condition: Callable[[], object]) -> None:
    """Until it is so, or the test fails."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
