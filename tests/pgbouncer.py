"""Debian's PgBouncer in front of the tests' PostgreSQL, for the time of a test."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import PostgresServer

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MODES = ("session", "transaction")
_PORT = 6432  # only the name of the socket's file
_CONFIG = """
[databases]
* = host={server} user=postgres {extra}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
unix_socket_mode = 0777
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 500
; seconds until it tries again to reach a server that was away; 15 where nobody says so
server_login_retry = 1
logfile = {folder}/log
"""


def require_pgbouncer() -> str:
    """Its program; without one the tests fail in CI and are skipped elsewhere."""
    if PROGRAM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PgBouncer is not installed: apt-get install pgbouncer")
        pytest.skip("PgBouncer is not installed")
    return PROGRAM


@contextmanager
def pgbouncer(server: PostgresServer, mode: str, size: int = 20, extra: str = "") -> Iterator[Path]:
    """The folder of its socket. `size`: connections to the server; `extra`: for each of them."""
    program = require_pgbouncer()
    folder = Path(tempfile.mkdtemp(prefix="evovoice-bouncer-"))
    config = folder / "pgbouncer.ini"
    config.write_text(
        _CONFIG.format(
            server=server.folder, folder=folder, mode=mode, size=size, port=_PORT, extra=extra
        )
    )
    user = _owner(server)
    if user != getpass.getuser():  # it refuses to run as root, and must reach the server's socket
        shutil.chown(folder, user)
    process = subprocess.Popen(
        [program, "--quiet", str(config)], user=user if os.geteuid() == 0 else None,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(socket_of(folder), process)
        yield folder
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=MODES)
def bouncer(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[Path]:
    """A PgBouncer in each mode; in transaction mode with fewer connections to the server than we
    open to it.
    """
    size = 40 if request.param == "session" else 3
    with pgbouncer(postgres_server, request.param, size) as folder:
        yield folder


def socket_of(folder: Path) -> Path:
    """Where that PgBouncer listens."""
    return folder / f".s.PGSQL.{_PORT}"


def url_through(folder: Path, name: str) -> str:
    """The address of one of the server's databases through that PgBouncer."""
    return f"postgresql://postgres@/{name}?host={folder}&port={_PORT}"


def _owner(server: PostgresServer) -> str:
    return pwd.getpwuid(Path(server.folder).stat().st_uid).pw_name


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while not _takes_connections(path):
        assert process.poll() is None, "PgBouncer has ended"
        assert time.monotonic() < until, "PgBouncer did not start"
        time.sleep(0.01)


def _takes_connections(path: Path) -> bool:
    """The file is there a moment before anybody listens."""
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0
