"""Starts the emulator and the service as real processes, and ends them with the demo."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evovoice.demo.json_http import JsonHttp

_REPEATS = "#rc=3&rp=all"  # as the set-up in the README asks of a number's addresses
_PATIENCE = 120  # seconds; a busy machine starts a process slowly
HOST = "127.0.0.1"


class DemoProblem(Exception):
    """The demo cannot go on; the text says why and what to do."""


class Processes:
    """Child processes that share one environment, and the folder that holds their logs."""

    def __init__(
        self, folder: Path, app_port: int | None = None, emulator_port: int | None = None
    ) -> None:
        """A port that is `None` is any free one. Errors: `DemoProblem` where one is taken."""
        self.folder = folder
        self.app_port, self.emulator_port = _two_ports(app_port, emulator_port)
        self.app_url = f"http://{HOST}:{self.app_port}"
        # by its other name this machine is another site: two people sign in in one browser
        self.other_url = f"http://localhost:{self.app_port}"
        self.emulator_url = f"http://{HOST}:{self.emulator_port}"
        self.account_sid = "AC" + secrets.token_hex(16)
        self._auth_token = secrets.token_hex(16)
        self._api_key = "SK" + secrets.token_hex(16), secrets.token_hex(16)
        self._twiml_app_sid = "AP" + secrets.token_hex(16)
        self._running: list[subprocess.Popen[bytes]] = []
        self._logs: dict[int, Path] = {}

    def command(self, *words: str) -> dict[str, Any]:
        """Run `evovoice ... --json` and give back the object it printed."""
        run = subprocess.run(  # noqa: S603 (our own command line)
            [*_evovoice(), *words, "--json"],
            env=self._environment(),
            capture_output=True,
            check=False,
        )
        if run.returncode:
            raise DemoProblem(f"evovoice {words[0]} failed: {run.stderr.decode().strip()}")
        result: dict[str, Any] = json.loads(run.stdout)
        return result

    def start_emulator(self, numbers: Sequence[str]) -> None:
        """Start the local Twilio; `numbers` are ours and ring the service, devices call by it."""
        words = ["emulator", "--port", str(self.emulator_port)]
        words += ["--account-sid", self.account_sid, "--auth-token", self._auth_token]
        words += ["--api-key", ":".join(self._api_key)]
        words += ["--application", f"{self._twiml_app_sid}={self._voice_urls('outgoing')}"]
        for number in numbers:
            words += ["--number", f"{number}={self._voice_urls('incoming')}"]
        self._start("emulator", words, JsonHttp(self.emulator_url), "/_emulator/health")

    def start_app(self) -> None:
        """Start the service, told that Twilio lives at the emulator's address."""
        self._start("app", ["serve"], JsonHttp(self.app_url), "/healthz")

    def stop(self) -> None:
        """End what was started, the newest first."""
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def check(self) -> None:
        """Errors: `DemoProblem` where a process has died."""
        for process in self._running:
            if process.poll() is not None:
                raise DemoProblem(f"A process has died. It said:\n{self._said(process)}")

    def _start(self, name: str, words: list[str], server: JsonHttp, path: str) -> None:
        """In a group of its own, so that Ctrl-C reaches the demo alone.

        A gunicorn worker that the terminal and gunicorn both tell to end may wait for ever, and
        keeps the port.
        """
        path_of_log = self.folder / f"{name}.log"
        with path_of_log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 (our own command line)
                [*self._program(), *words],
                env=self._environment(),
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self._running.append(process)
        self._logs[process.pid] = path_of_log
        until = time.monotonic() + _PATIENCE
        while not server.answers(path):
            if process.poll() is not None or time.monotonic() > until:
                raise DemoProblem(f"The {name} did not start. It said:\n{self._said(process)}")
            time.sleep(0.05)

    def _program(self) -> list[str]:
        """What starts a server of ours; its words follow."""
        return _evovoice()

    def _said(self, process: "subprocess.Popen[bytes]") -> str:
        """The end of its log, which is gone with the folder."""
        return self._logs[process.pid].read_text()[-2000:]

    def _voice_urls(self, way: str) -> str:
        """Voice URL and status callback, as the emulator's command line takes them."""
        voice = f"{self.app_url}/twilio/voice"
        return f"{voice}/{way}{_REPEATS},{voice}/status{_REPEATS}"

    def _environment(self) -> dict[str, str]:
        ours = {
            "EVOVOICE_ENV_FILE": "",  # it is for a service of one's own
            "DATABASE_URL": f"sqlite:///{self.folder / 'evovoice.db'}",
            "HOST": HOST,
            "PORT": str(self.app_port),
            "PUBLIC_BASE_URL": self.app_url,
            "EVOVOICE_ALLOWED_ORIGINS": self.other_url,
            "SECRET_KEY": secrets.token_hex(32),
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self._auth_token,
            "TWILIO_API_KEY_SID": self._api_key[0],
            "TWILIO_API_KEY_SECRET": self._api_key[1],
            "TWILIO_TWIML_APP_SID": self._twiml_app_sid,
            "TWILIO_API_BASE_URL": self.emulator_url,
        }
        return {**os.environ, **ours}


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _two_ports(app_port: int | None, emulator_port: int | None) -> tuple[int, int]:
    if app_port is not None and app_port == emulator_port:
        raise DemoProblem(f"PORT and EMULATOR_PORT are both {app_port}: each needs one of its own.")
    return _port("PORT", app_port), _port("EMULATOR_PORT", emulator_port)


def _port(name: str, wanted: int | None) -> int:
    """That port, or any free one.

    It is tried first: two gunicorns of one user may listen on one port, and share its requests.
    """
    if wanted is None:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the last start's are no harm
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise DemoProblem(
                f"{name} {wanted} cannot be used: {error.strerror}."
                " Name another port, or none to take a free one."
            ) from None
    return wanted


def _evovoice() -> list[str]:
    return [sys.executable, "-m", "evovoice"]
