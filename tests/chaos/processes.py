"""The emulator and the instances of the service, as processes that are killed and restarted."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from evovoice.demo.processes import HOST, free_port

_ROOT = Path(__file__).parents[2]
_PATIENCE = 180.0  # seconds for a process to come up on a machine with much else to do
_LIMITS = {"EVOVOICE_ADDS_PER_MINUTE": "1000", "EVOVOICE_CALLS_AT_ONCE": "1000"}


@dataclass(slots=True)
class Instance:
    """One gunicorn with its processes. `ahead` is how many seconds its clock is fast; `code` the
    folder that it runs from, which may have another version.
    """

    name: str
    port: int
    ahead: float
    code: Path = _ROOT
    process: "subprocess.Popen[bytes] | None" = None

    def workers(self) -> list[int]:
        """The process ids of those who serve."""
        if self.process is None or self.process.poll() is not None:
            return []
        pid = self.process.pid
        try:
            return [
                int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            ]
        except OSError:
            return []


@dataclass(slots=True)
class Parts:
    """What runs, where it listens and what it shares. `app`: what gunicorn serves; `settings`: more
    of the service's than all have.
    """

    folder: Path
    database_url: str
    public_url: str
    processes: int
    account_sid: str = field(default_factory=lambda: "AC" + secrets.token_hex(16))
    auth_token: str = field(default_factory=lambda: secrets.token_hex(16))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32))
    emulator_port: int = field(default_factory=free_port)
    instances: list[Instance] = field(default_factory=list)
    application: str = "AP" + "c" * 32
    app: str = "tests.chaos.app:app"
    settings: dict[str, str] = field(default_factory=dict)
    _emulator: "subprocess.Popen[bytes] | None" = None

    @property
    def emulator_url(self) -> str:
        """Where the local Twilio listens."""
        return f"http://{HOST}:{self.emulator_port}"

    def start_emulator(self, seed: int) -> None:
        """In real time: the bounds of the service are in real seconds."""
        words = ["--port", str(self.emulator_port), "--seed", str(seed), "--log-size", "20000"]
        words += ["--account-sid", self.account_sid, "--auth-token", self.auth_token]
        words += ["--participants-per-second", "0"]
        outgoing = f"{self.public_url}/twilio/voice/outgoing#rc=3&rp=all"
        status = f"{self.public_url}/twilio/voice/status#rc=3&rp=all"
        words += ["--application", f"{self.application}={outgoing},{status}"]
        self._emulator = self._start("emulator", ["-m", "evovoice", "emulator", *words], {})
        self._wait(f"{self.emulator_url}/healthz", self._emulator, "emulator")

    def start_instance(self, instance: Instance) -> None:
        """Start gunicorn without waiting; its health check tells when it serves."""
        ours = {
            "EVOVOICE_ENV_FILE": "",
            "DATABASE_URL": self.database_url,
            "HOST": HOST,
            "PORT": str(instance.port),
            "PUBLIC_BASE_URL": self.public_url,
            "SECRET_KEY": self.secret_key,
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_TWIML_APP_SID": self.application,
            "TWILIO_API_BASE_URL": self.emulator_url,
            "WEB_CONCURRENCY": str(self.processes),
            "EVOVOICE_CHAOS_CLOCK": str(instance.ahead),
            "EVOVOICE_RETURN_SECONDS": "0",  # whoever hangs up here wants to
            **_LIMITS,
            **self.settings,
        }
        words = ["-m", "gunicorn", self.app]
        instance.process = self._start(instance.name, words, ours, instance.code)

    def wait_for(self, instance: Instance) -> None:
        """Until it answers."""
        assert instance.process is not None
        url = f"http://{HOST}:{instance.port}/healthz"
        self._wait(url, instance.process, instance.name)

    def kill_instance(self, instance: Instance) -> None:
        """`kill -9` of gunicorn and of all that serves for it."""
        pids = instance.workers()
        if instance.process is None:
            return
        for pid in (instance.process.pid, *pids):
            _kill(pid)
        instance.process.wait()

    def stop(self) -> None:
        """End what was started."""
        for instance in self.instances:
            if instance.process is not None and instance.process.poll() is None:
                self.kill_instance(instance)
        if self._emulator is not None:
            self._emulator.terminate()
            self._emulator.wait(timeout=30)

    def said(self, name: str, most: int = 2000) -> str:
        """The end of a part's log."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-most:]

    def _start(
        self, name: str, words: list[str], ours: dict[str, str], code: Path = _ROOT
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words], env={**os.environ, **ours}, cwd=code,
                stdout=log, stderr=log, process_group=0,
            )  # fmt: skip

    def _wait(self, url: str, process: "subprocess.Popen[bytes]", name: str) -> None:
        until = time.monotonic() + _PATIENCE
        while not answers(url):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The {name} did not start. It said:\n{self.said(name)}")
            time.sleep(0.1)


def kill_worker(pid: int) -> None:
    """End a process that serves; gunicorn starts another."""
    _kill(pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def answers(url: str) -> bool:
    """Whether that address answers well by now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
