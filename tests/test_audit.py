"""The audit finds what is known, and says aloud where nobody could be asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests import audit as command
from tests.audit import LOCK, Audit, audit

PINNED = "".join(f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in ("good", "bad"))
HOLE = {
    "id": "GHSA-1", "summary": "a hole", "details": "a hole", "modified": "2026-01-01",
    "affected": [{
        "package": {"ecosystem": "PyPI", "name": "bad"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
    }],
}  # fmt: skip


@contextmanager
def osv(status: int = 200) -> Iterator[tuple[str, ...]]:
    """A database that knows of one hole; the options by which it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_bad = asked["package"]["name"] == "bad"
            body = json.dumps({"vulns": [HOLE]} if is_bad else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield ("--osv-url", f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(PINNED)
    return file


def test_known_hole_is_told_with_the_version_that_mends_it(lock: Path) -> None:
    with osv() as options:
        found = audit(lock, options)
    assert 1 == found.code
    assert "  bad 1.0: GHSA-1, mended in 1.1" in found.lines


def test_every_package_of_our_lock_is_asked_about() -> None:
    with osv() as options:
        found = audit(LOCK, options)
    count = sum("==" in line for line in LOCK.read_text().splitlines())
    assert (0, True) == (found.code, 30 < int(found.lines[0].split()[5]) <= count)


@pytest.mark.parametrize("status", [404, 500])
def test_database_that_does_not_answer_is_said_aloud(lock: Path, status: int) -> None:
    with osv(status) as options:
        found = audit(lock, options)
    assert (2, True) == (found.code, "NOBODY COULD BE ASKED" in found.lines[0])


def test_database_that_cannot_be_reached_is_said_aloud(lock: Path) -> None:
    found = audit(lock, ("--osv-url", "http://127.0.0.1:9"))
    assert 2 == found.code
    assert "NOBODY COULD BE ASKED" in found.lines[0]


def test_audit_that_takes_too_long_ends(lock: Path) -> None:
    found = audit(lock, patience=0.01)
    assert (2, "  no answer within 0.01 seconds") == (found.code, found.lines[1])


def test_package_that_is_passed_over_counts_as_not_asked() -> None:
    """pip-audit itself says then that no vulnerability is known."""
    found = command._judged([{"name": "good", "skip_reason": "not found"}])
    assert (2, "  good: not found") == (found.code, found.lines[1])


def test_make_test_goes_on_whatever_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "audit", lambda: Audit(1, ("audit: 1 KNOWN",)))
    monkeypatch.setattr("sys.argv", ["audit", "--tell"])
    assert 0 == command.main()
    monkeypatch.setattr("sys.argv", ["audit"])
    assert 1 == command.main()
    assert 2 == capsys.readouterr().out.count("audit: 1 KNOWN\n")
