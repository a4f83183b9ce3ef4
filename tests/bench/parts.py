"""The processes of one set-up: emulator, service and bare app, each ended by its process id."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

HOST = "127.0.0.1"
_ROOT = Path(__file__).parents[2]
_PATIENCE = 30  # seconds for a process to come up
_LIMITS = {
    "EVOVOICE_MAX_MEMBERS": "1000",
    "EVOVOICE_MAX_PENDING": "1000",
    "EVOVOICE_ADDS_PER_MINUTE": "30000000",
    "EVOVOICE_CALLS_AT_ONCE": "30000000",
    "EVOVOICE_STREAMS_PER_USER": "1000",
}


class BenchProblem(Exception):
    """The benchmark cannot go on; the text says why."""


class Parts:
    """What runs, where it listens and what it shares."""

    def __init__(self, folder: Path, database_url: str, bare_database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self._bare_database_url = bare_database_url
        self.service_port, self.bare_port, self.emulator_port = (_free_port() for _ in range(3))
        self.service_url = f"http://{HOST}:{self.service_port}"
        self.bare_url = f"http://{HOST}:{self.bare_port}"
        self.emulator_url = f"http://{HOST}:{self.emulator_port}"
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._health: dict[str, str] = {}

    def start_emulator(self, latency: float, numbers: Sequence[str], bare_number: str) -> None:
        """The local Twilio. Its clock stands still: held phones make no reports by themselves."""
        words = ["emulator", "--port", str(self.emulator_port), "--hold-phones", "--speed", "0"]
        words += ["--participants-per-second", "0", "--latency", str(latency)]
        words += ["--account-sid", self.account_sid, "--auth-token", self.auth_token]
        for number in numbers:
            words += ["--number", f"{number}={self.service_url}/twilio/voice/incoming"]
        words += ["--number", f"{bare_number}={self.bare_url}/bare/pause"]
        self._start("emulator", ["-m", "evovoice", *words], {}, f"{self.emulator_url}/healthz")

    def start_service(self) -> None:
        """The service as in production."""
        ours = self._environment(self.service_port, self.service_url, self.database_url) | _LIMITS
        self._start("service", ["-m", "evovoice", "serve"], ours, f"{self.service_url}/healthz")

    def start_bare(self, number: str) -> None:
        """The bare app under the same gunicorn settings."""
        ours = self._environment(self.bare_port, self.bare_url, self._bare_database_url)
        conf = str(Path(__file__).with_name("bare_conf.py"))
        words = ["-m", "gunicorn", "--config", conf, "tests.bench.bare:app"]
        self._start("bare", words, ours | {"BENCH_FROM": number}, f"{self.bare_url}/healthz")

    def wait(self) -> None:
        """Until everything that was started answers."""
        until = time.monotonic() + _PATIENCE
        for name, process in self._running.items():
            while not _answers(self._health[name]):
                if process.poll() is not None or time.monotonic() > until:
                    raise BenchProblem(f"The {name} did not start. It said:\n{self.said(name)}")
                time.sleep(0.05)

    def stop(self) -> None:
        """End what was started, the newest first."""
        for process in reversed(self._running.values()):
            process.terminate()
        for process in reversed(self._running.values()):
            try:
                process.wait(timeout=25)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def pid(self, name: str) -> int:
        """The process id of a part; gunicorn's workers are its children."""
        return self._running[name].pid

    def said(self, name: str, most: int = 1500) -> str:
        """The end of a part's log."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-most:]

    def _environment(self, port: int, own_url: str, database_url: str) -> dict[str, str]:
        return {
            "EVOVOICE_ENV_FILE": "",
            "DATABASE_URL": database_url,
            "HOST": HOST,
            "PORT": str(port),
            "PUBLIC_BASE_URL": own_url,
            "SECRET_KEY": secrets.token_hex(32),
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_API_BASE_URL": self.emulator_url,
        }

    def _start(self, name: str, words: list[str], ours: dict[str, str], health: str) -> None:
        environment = {**os.environ, **ours}
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *words], env=environment, cwd=_ROOT, stdout=log, stderr=log
            )
        self._running[name] = process
        self._health[name] = health


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
