"""`python -m tests.deploy`: what the Dockerfile and compose.yaml say, carried out without Docker.

In an empty environment: the lock is installed, the files that COPY takes are there and no others,
and the commands of compose.yaml run on a PostgreSQL as the image's user. No image is built: that
needs Docker, and is done where there is one (`make image`, the workflow).
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evovoice.demo.processes import HOST, free_port
from tests.databases import PostgresServer
from tests.deploy.compose import WRITTEN, Compose, example
from tests.deploy.image import Image
from tests.silent_proxy import SilentProxy

COMMIT = "f99bdffcfa3e78642be36e570628b4e4daaf1002"
_PATIENCE = 60.0


class Containers:
    """Those of compose.yaml, on one image and one database."""

    def __init__(self, image: Image, database_port: int, port: int) -> None:
        self.image, self._compose = image, Compose(example() | WRITTEN)
        self.address = f"http://{HOST}:{port}"
        self._database = f"@{HOST}:{database_port}/"
        # nobody else's network, and never Twilio itself
        self._here = {"HOST": HOST, "PORT": str(port), "TWILIO_API_BASE_URL": f"http://{HOST}:9"}

    def environment(self, name: str) -> dict[str, str]:
        """As in compose.yaml; what names the network of containers is this machine's."""
        environ = self._compose.environment(name)
        url = environ["DATABASE_URL"].replace("@postgres:5432/", self._database)
        return environ | {"DATABASE_URL": url} | self._here

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        """A container of that service."""
        return self.image.popen(self._compose.command(name), self.environment(name))

    @contextmanager
    def running(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """It runs in the block, ends by SIGTERM, and well."""
        process = self.start(name)
        try:
            yield process
            process.terminate()
            code = process.wait(_PATIENCE)
            _require(code == 0, f"{name} ended with {code} after SIGTERM")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def healthy(self) -> bool:
        """The image's own check, in the container of web."""
        return self.image.is_healthy(self.environment("web"))


def check(folder: Path, server: PostgresServer) -> None:
    """Errors: `AssertionError` in a sentence."""
    image = Image(folder, {"COMMIT": COMMIT})
    _say("the lock is installed, and what the image needs is copied")
    name = image.user or "whoever checks, who cannot become the image's user"
    _say(f"its commands are run by {name}")
    server.run("CREATE ROLE evovoice LOGIN")
    server.create("evovoice")
    server.run("ALTER DATABASE evovoice OWNER TO evovoice")
    with SilentProxy(Path(server.folder) / ".s.PGSQL.5432") as proxy:
        containers = Containers(image, proxy.port, free_port())
        _require(not containers.healthy(), "the health check fails where nobody serves")
        for _ in range(2):
            release = containers.start("release")
            _require(release.wait(_PATIENCE) == 0, "release can be run, and run again")
        with containers.running("web"), containers.running("worker") as worker:
            _wait_until(lambda: _is_ready(containers.address), "web became ready")
            _require(containers.healthy(), "the health check passes while web serves")
            _require(COMMIT[:12] in _asked(f"{containers.address}/readyz"), "the commit is told")
            _require(worker.poll() is None, "worker runs")
        _require(not containers.healthy(), "the health check fails once web has ended")


def _is_ready(address: str) -> bool:
    try:
        return '"status":"ok"' in _asked(f"{address}/readyz").replace(" ", "")
    except OSError:
        return False


def _asked(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        text: str = response.read().decode()
        return text


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    _require(is_so(), what)


def _require(is_so: bool, what: str) -> None:
    if not is_so:
        raise AssertionError(what)
    _say(what)


def _end_of(log: Path, most: int = 4000) -> str:
    return log.read_text(errors="replace")[-most:] if log.exists() else ""


def _say(sentence: str) -> None:
    sys.stdout.write(f"image check: {sentence}\n")
    sys.stdout.flush()


def main() -> int:
    """0 where all of it is so, or where no PostgreSQL can be started outside CI."""
    try:
        server = PostgresServer()
    except Exception as error:  # whatever the reason, the message has it
        _say(f"left out: PostgreSQL did not start: {error!r}")
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory(prefix="evovoice-image-") as folder:
        try:
            check(Path(folder), server)
        except AssertionError as error:
            _say(f"FAILED: it is not so that {error}\n{_end_of(Path(folder) / 'log')}")
            return 1
        finally:
            server.stop()
    _say("passed; no image was built: that needs Docker (make image)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
