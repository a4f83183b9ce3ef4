"""How fast the emulator is: `python -m tests.bench_emulator` prints one JSON line per figure."""

import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from evovoice.emulator.soak import soak

ACCOUNT = "AC" + "a" * 32
TOKEN = "bench"
OURS = "+15550001111"
AUTHORIZATION = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 4
BRIDGE = (
    f'<Response><Dial callerId="{OURS}" action="/over"><Number statusCallback="/leg"'
    ' statusCallbackEvent="initiated ringing answered completed">+15552223333</Number>'
    "</Dial></Response>"
)


class _Bridging(BaseHTTPRequestHandler):
    """An application that bridges every call and acknowledges the rest."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = (BRIDGE if self.path == "/voice" else "<Response/>").encode()
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )

    def log_message(self, *_: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    """Connections that the emulator drops at its end are no news."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Silence."""


@contextmanager
def _application() -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Bridging)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def _emulator(application: str) -> Iterator[tuple[int, int]]:
    """Its port and its process."""
    command = [sys.executable, "-m", "evovoice.emulator", "--port", "0"]
    account = ["--account-sid", ACCOUNT, "--auth-token", TOKEN]
    number = ["--number", f"{OURS}={application}/voice"]
    with subprocess.Popen(
        [*command, *account, *number], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline().rsplit(":", 1)[1]), process.pid
        process.terminate()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _ask(link: HTTPConnection, method: str, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body)
    link.request(method, path, data, {"Authorization": AUTHORIZATION})
    found: dict[str, object] = json.loads(link.getresponse().read())
    return found


def _hammer(port: int, path: str, until: float, done: list[int]) -> None:
    link = HTTPConnection("127.0.0.1", port)
    asked = 0
    while time.monotonic() < until:
        _ask(link, "GET", path)
        asked += 1
    link.close()
    done.append(asked)


def rest_requests_per_second(seconds: float = 3.0) -> dict[str, object]:
    """GET of one call over HTTP, a few clients at a time, each on one connection."""
    with _application() as application, _emulator(application) as (port, pid):
        link = HTTPConnection("127.0.0.1", port)
        sid = _ask(link, "POST", "/_emulator/calls", {"from": "+15559998888", "to": OURS})
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{sid['callSid']}.json"
        done: list[int] = []
        before, until = _cpu_seconds(pid), time.monotonic() + seconds
        job = (port, path, until, done)
        clients = [threading.Thread(target=_hammer, args=job) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        cpu = _cpu_seconds(pid) - before
        link.close()
    return {
        "figure": "rest_requests_per_second",
        "value": round(sum(done) / seconds),
        "per_core_second": round(sum(done) / cpu),
    }


def concurrent_calls_per_core(calls: int = 200, talk: float = 5.0) -> dict[str, object]:
    """Bridged calls in real time; what one costs says how many of one minute fill a core."""
    with _application() as application, _emulator(application) as (port, pid):
        link = HTTPConnection("127.0.0.1", port)
        before = _cpu_seconds(pid)
        most = _ring_and_wait(link, calls, talk)
        cpu = _cpu_seconds(pid) - before
        link.close()
    return {
        "figure": "concurrent_calls_per_core",
        "value": round(60 / (cpu / calls)),
        "extrapolated_from_legs_at_once": most,
        "cpu_ms_per_bridged_call": round(cpu / calls * 1000, 2),
        "note": "two legs, six webhooks and one minute of talk per call",
    }


def _ring_and_wait(link: HTTPConnection, calls: int, talk: float) -> int:
    for _ in range(calls):
        wish = {"from": "+15559998888", "to": OURS, "hangUpAfter": talk + 3}
        _ask(link, "POST", "/_emulator/calls", wish)
    time.sleep(talk / 2)
    most = _living(link)
    while _living(link):
        time.sleep(1)
    return most


def _living(link: HTTPConnection) -> int:
    return int(str(_ask(link, "GET", "/_emulator/view")["living"]))


def events_per_second_in_virtual_time(minutes: int = 30) -> dict[str, object]:
    """Webhooks and REST requests of the soak, per second of real time."""
    report = soak(minutes=minutes)
    return {
        "figure": "events_per_second_in_virtual_time",
        "value": round(report.events_per_second),
        "per_core_second": round(report.events_per_cpu_second),
        "times_real_time": round(minutes * 60 / report.real_seconds),
        "concurrent_calls": report.most_calls,
        "rss_mb": report.last.rss_mb,
    }


FIGURES: tuple[Callable[[], dict[str, object]], ...] = (
    rest_requests_per_second,
    concurrent_calls_per_core,
    events_per_second_in_virtual_time,
)


def main() -> int:
    """All figures."""
    for figure in FIGURES:
        sys.stdout.write(json.dumps(figure()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
