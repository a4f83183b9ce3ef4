"""`python -m tests.deploy.with_docker`: compose.yaml as it is, on real containers, and down again.

Needs Docker with `docker compose`. It uses a project of its own, so it touches no other volumes.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from evovoice.demo.processes import HOST, free_port
from tests.deploy.compose import ROOT, WRITTEN, example

_PATIENCE = 120.0
_LONGEST_END = 30.0  # seconds; compose.yaml grants 35 before SIGKILL
_PROJECT = "evovoice-try"


def main() -> int:
    """0 where the service is ready, is not root's, and ends by SIGTERM in its time."""
    port = free_port()
    nobody = {"TWILIO_API_BASE_URL": f"http://{HOST}:9"}  # and never Twilio itself
    settings = example() | WRITTEN | nobody | {"PUBLISHED_PORT": str(port)}
    with tempfile.TemporaryDirectory(prefix="evovoice-compose-") as folder:
        # env_file is read beside compose.yaml: a copy of both, so that nobody's .env is touched
        place = Path(folder)
        for name in ("compose.yaml", "Dockerfile", ".dockerignore"):
            (place / name).write_text((ROOT / name).read_text())
        (place / ".env").write_text("".join(f"{name}={text}\n" for name, text in settings.items()))
        compose = ["docker", "compose", "--project-name", _PROJECT, "--project-directory", folder]
        try:
            subprocess.run([*compose, "up", "--no-build", "--detach"], check=True)
            ready = _readiness(f"http://{HOST}:{port}/readyz")
            who = subprocess.run(
                [*compose, "exec", "-T", "web", "id", "-u"], capture_output=True, check=True
            )
            began = time.monotonic()
            subprocess.run([*compose, "stop", "web", "worker"], check=True)
            took = time.monotonic() - began
        finally:
            subprocess.run([*compose, "down", "--volumes"], check=False)
    sys.stdout.write(f"image: {ready}, user {who.stdout.decode().strip()}, ended in {took:.0f} s\n")
    is_well = ready.get("status") == "ok" and who.stdout.strip() != b"0" and took < _LONGEST_END
    return 0 if is_well else 1


def _readiness(url: str) -> dict[str, object]:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return dict(json.load(response))
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
