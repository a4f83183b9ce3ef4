"""Starts the emulator and the service as real processes, and ends them with the demo."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evovoice.demo.json_http import JsonHttp

_PATIENCE = 30  # seconds for a process to come up
HOST = "127.0.0.1"


class DemoProblem(Exception):
    """The demo cannot go on; the text says why and what to do."""


class Processes:
    """Child processes that share one environment, and the folder that holds their logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app_port, self.emulator_port = free_port(), free_port()
        self.app_url = f"http://{HOST}:{self.app_port}"
        self.emulator_url = f"http://{HOST}:{self.emulator_port}"
        self.account_sid = "AC" + secrets.token_hex(16)
        self._auth_token = secrets.token_hex(16)
        self._running: list[subprocess.Popen[bytes]] = []

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
        """Start the local Twilio; `numbers` are ours and ring the service."""
        words = ["emulator", "--port", str(self.emulator_port)]
        words += ["--account-sid", self.account_sid, "--auth-token", self._auth_token]
        voice, status = (f"{self.app_url}/twilio/voice/{way}" for way in ("incoming", "status"))
        for number in numbers:
            words += ["--number", f"{number}={voice},{status}"]
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
                process.kill()
                process.wait()

    def check(self) -> None:
        """Errors: `DemoProblem` where a process has died."""
        for process in self._running:
            if process.poll() is not None:
                raise DemoProblem(f"A process has died; its log is in {self.folder}")

    def _start(self, name: str, words: list[str], server: JsonHttp, path: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        with log:
            process = subprocess.Popen(  # noqa: S603 (our own command line)
                [*_evovoice(), *words], env=self._environment(), stdout=log, stderr=log
            )
        self._running.append(process)
        until = time.monotonic() + _PATIENCE
        while not server.answers(path):
            if process.poll() is not None or time.monotonic() > until:
                said = (self.folder / f"{name}.log").read_text()[-2000:]
                raise DemoProblem(f"The {name} did not start. It said:\n{said}")
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        ours = {
            "DATABASE_URL": f"sqlite:///{self.folder / 'evovoice.db'}",
            "HOST": HOST,
            "PORT": str(self.app_port),
            "PUBLIC_BASE_URL": self.app_url,
            "SECRET_KEY": secrets.token_hex(32),
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self._auth_token,
            "TWILIO_API_BASE_URL": self.emulator_url,
        }
        return {**os.environ, **ours}


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _evovoice() -> list[str]:
    return [sys.executable, "-m", "evovoice"]
