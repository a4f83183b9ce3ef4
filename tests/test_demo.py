"""`make run`: the parts stay up where they are wanted, and a person can sign in to them."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import jwt
import pytest

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, COLLEAGUE_EMAIL
from evovoice.demo.options import parse_options
from evovoice.demo.processes import HOST, DemoProblem, Processes, free_port

ROOT = Path(__file__).parent.parent
DEMO = (sys.executable, "-m", "evovoice.demo")
PATIENCE = 15  # seconds
LAST_LINE = "What happens from here"


@dataclass(frozen=True, slots=True)
class Kept:
    """A running demo: what it has printed, and the ports that it was told."""

    text: str
    port: int
    emulator_port: int

    @property
    def service(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def emulator(self) -> str:
        return f"http://{HOST}:{self.emulator_port}"

    def credentials(self) -> dict[str, str]:
        """E-mail address and password of the address that signs in."""
        found = re.search(r"^Ann: .*#(\S+):(\S+) ", self.text, re.M)
        assert found, self.text
        return {"userName": found[1], "password": unquote(found[2])}


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Started once for all tests here, and ended as by Ctrl-C, which its whole group gets."""
    port, emulator_port = free_port(), free_port()
    ports = ["--port", str(port), "--emulator-port", str(emulator_port)]
    words = [*DEMO, "--keep", "--ring", "scripted", *ports]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield Kept(_printed(process), port, emulator_port)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert (0, "Stopped.") == (process.returncode, rest.strip().rpartition("\n")[2])
    for one in (port, emulator_port):
        assert _is_free(one)


def _printed(process: "subprocess.Popen[str]") -> str:
    """All of it up to the end of the overview."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if LAST_LINE in line:
            return "".join(lines)
    raise AssertionError(f"the demo ended: {''.join(lines)}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def _ask(
    browser: OpenerDirector, url: str, body: object = None, headers: Mapping[str, str] | None = None
) -> Any:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    with browser.open(Request(url, data, sent), timeout=PATIENCE) as answer:
        return json.load(answer)


def test_overview_names_the_addresses_that_were_asked_for(kept: Kept) -> None:
    browser = build_opener()
    assert f"Service:   {kept.service}\n" in kept.text
    pages = re.findall(r"^[\w ]+: +(\S+) \(", kept.text, re.M)
    password = quote(AGENT_PASSWORD)
    docs, phone = f"{kept.service}/docs", f"{kept.service}/phone#{AGENT_EMAIL}:{password}"
    console = f"{kept.service}/#{AGENT_EMAIL}:{password}"
    bobs = f"http://localhost:{kept.port}/#{COLLEAGUE_EMAIL}:{password}"
    assert [console, bobs, phone, f"{kept.emulator}/_emulator/", docs] == pages
    for page in pages:
        asked = Request(page, headers={"Accept": "text/html"})
        with browser.open(asked, timeout=PATIENCE) as answer:
            assert answer.headers["Content-Type"].startswith("text/html")


def test_printed_password_signs_in_and_a_device_gets_a_token_that_calls(kept: Kept) -> None:
    """The token names the emulator's app, whose voice URL is the service's."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    _ask(browser, f"{kept.service}/auth/credentials", kept.credentials())
    config = _ask(browser, f"{kept.service}/app/config")
    token = jwt.decode(config["accessToken"], options={"verify_signature": False})
    app = token["grants"]["voice"]["outgoing"]["application_sid"]
    call = {"application": app, "params": {"To": COLLEAGUE}}
    device = f"{kept.emulator}/_emulator/devices/{config['identity']}/connect"
    sid = _ask(browser, device, call)["callSid"]
    assert "Outgoing" == _session_of(browser, kept, sid)["direction"]


def test_bob_signs_in_beside_ann_under_the_other_name_of_this_machine(kept: Kept) -> None:
    """One browser has two sign-ins then: by cookies, whose writes have to come from an origin that
    is allowed.
    """
    base = f"http://localhost:{kept.port}"
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    credentials = kept.credentials() | {"userName": COLLEAGUE_EMAIL}
    origin = {"Origin": base}
    _ask(browser, f"{base}/auth/credentials", credentials, origin)
    call = _ask(browser, f"{base}/calls", {"destination": "Ann"}, origin)
    assert "Bob" in [member["displayName"] for member in call["members"]]


def _session_of(browser: OpenerDirector, kept: Kept, call_sid: str) -> dict[str, Any]:
    """The session with that leg, once the service has been asked what to do with the call."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for session in _ask(browser, f"{kept.service}/sessions/active")["sessions"]:
            if call_sid in [member.get("callSid") for member in session["members"]]:
                return dict(session)
        time.sleep(0.05)
    raise AssertionError("the call did not reach the service")


def test_printed_command_adds_somebody_to_the_live_call(kept: Kept) -> None:
    """By the API key of the emulator's account, with which the service gives its orders."""
    command = kept.text.partition("  curl ")[2].partition("\n\n")[0].replace("\\\n", "")
    _, url, *options = shlex.split(command)
    headers = dict(options[place + 1].split(": ") for place in (0, 2))
    session = _ask(build_opener(), url, json.loads(options[5]), headers)
    assert COLLEAGUE in [member["identity"] for member in session["members"]]


def test_port_that_is_taken_is_told_in_one_sentence_before_anything_starts() -> None:
    with _listening() as port:
        words = [*DEMO, "--keep", "--port", str(port)]
        run = subprocess.run(words, capture_output=True, check=False, text=True)
    assert (1, "") == (run.returncode, run.stdout)
    sentence = f"PORT {port} cannot be used: Address already in use."
    way_out = "Name another port, or none to take a free one."
    assert f"The demo failed: {sentence} {way_out}" == run.stderr.strip()


def test_taken_port_of_the_emulator_is_told_by_its_name(tmp_path: Path) -> None:
    with _listening() as port, pytest.raises(DemoProblem, match=f"^EMULATOR_PORT {port} cannot"):
        Processes(tmp_path, None, port)


def test_process_that_has_died_is_told_with_what_it_said(tmp_path: Path) -> None:
    """Its log is in a folder that ends with the demo."""
    processes = Processes(tmp_path)
    processes.start_emulator([])
    processes.check()
    processes.stop()
    with pytest.raises(DemoProblem, match="It said:\nemulator listening on http"):
        processes.check()


def test_signal_to_the_demo_reaches_no_server(tmp_path: Path) -> None:
    """A worker told twice to end may wait for ever; it would keep the port of the next start."""
    processes = Processes(tmp_path)
    try:
        processes.start_emulator([])
        (server,) = processes._running
        assert server.pid == os.getpgid(server.pid)
    finally:
        processes.stop()


@contextmanager
def _listening() -> Iterator[int]:
    """A port that another program has, gunicorn's way: others of the same user may join it."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_two_servers_need_two_ports(tmp_path: Path) -> None:
    with pytest.raises(DemoProblem, match=r"^PORT and EMULATOR_PORT are both 8123: "):
        Processes(tmp_path, 8123, 8123)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "٣", ""])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--port", port])
    assert f"argument --port: {port!r} is not a port from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ((), "--keep"),
        (("PORT=8123",), "--keep --port 8123"),
        (("PORT=8123", "EMULATOR_PORT=8124"), "--keep --port 8123 --emulator-port 8124"),
        (("RING=scripted",), "--keep --ring scripted"),
    ],
)
def test_make_passes_the_ports_on(given: tuple[str, ...], passed_on: str) -> None:
    words = ["make", "--dry-run", "run", *given]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True, env={})
    *_, command = run.stdout.strip().split("\n")
    assert command.split()[1:] == ["-m", "evovoice.demo", *passed_on.split()]
