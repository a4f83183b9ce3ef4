"""Metrics of several processes: any of them tells of all, and who has died is counted no more."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gunicorn_server import ROOT, Server, children, serving, settings_for
from tests.scrapes import AS_SCRAPER, TOKEN, Values, values_of
from tests.test_any_server import GUNICORN, SERVERS

PROCESSES = 3
PATIENCE = 20.0  # seconds
LIVENESS = ("evovoice_http_request_seconds_count",
            frozenset({("operation", "GetLiveness"), ("status", "2xx")}))  # fmt: skip
STREAM_PLACES = ("evovoice_event_stream_places", frozenset())


def scrape(server: Server) -> Values:
    """Over a connection of its own, so that whichever process is free answers."""
    address = f"http://127.0.0.1:{server.port}/metrics"
    request = urllib.request.Request(address, headers=AS_SCRAPER)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return values_of(response.read().decode())


def live(server: Server, times: int) -> None:
    for _ in range(times):
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/livez", timeout=PATIENCE):
            pass


def until(expected: float, server: Server, sample: tuple[str, frozenset[tuple[str, str]]]) -> None:
    end = time.monotonic() + PATIENCE
    while (found := scrape(server).get(sample)) != expected:
        assert time.monotonic() < end, found
        time.sleep(0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The operator's own for the figures, with what a server before has left there."""
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"left over")
    return folder


@pytest.fixture
def server(tmp_path: Path, folder: Path) -> Iterator[Server]:
    settings = {
        "WEB_CONCURRENCY": str(PROCESSES), "EVOVOICE_METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }  # fmt: skip
    with serving(tmp_path, 8, **settings) as server:
        yield server


def test_any_process_tells_of_all_and_of_none_that_died_c89(server: Server, folder: Path) -> None:
    assert not (folder / "counter_1.db").exists()
    live(server, 30)
    until(30, server, LIVENESS)
    for _ in range(10):
        assert 30 == scrape(server)[LIVENESS]
    until(PROCESSES * 500, server, STREAM_PLACES)
    counted_by = {file.stem.rpartition("_")[2] for file in folder.glob("histogram_*.db")}
    assert len(counted_by) > 1

    victim = children(server.process.pid).pop()
    os.kill(victim, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while victim in children(server.process.pid) or len(children(server.process.pid)) < PROCESSES:
        assert time.monotonic() < end
        time.sleep(0.05)
    until(PROCESSES * 500, server, STREAM_PLACES)
    assert 30 == scrape(server)[LIVENESS]
    assert [] == list(folder.glob(f"gauge_live*_{victim}.db"))


def test_process_that_is_just_starting_spoils_no_scrape_c89(server: Server, folder: Path) -> None:
    """Its files are made empty and filled a moment later."""
    live(server, 3)
    for kind in ("counter", "histogram", "gauge_livesum"):
        (folder / f"{kind}_999999.db").touch()
    until(3, server, LIVENESS)


def test_reload_keeps_what_was_counted_c89(server: Server) -> None:
    """gunicorn reads its settings again, and all its processes are replaced."""
    live(server, 5)
    until(5, server, LIVENESS)
    before = children(server.process.pid)
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + PATIENCE
    while before & children(server.process.pid):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert 5 == scrape(server)[LIVENESS]


def test_folder_of_its_own_goes_with_the_server_c89(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that another one has started, as for an upgrade in place, counts for itself."""
    of_another = tmp_path / "evovoice-metrics-of-another"
    of_another.mkdir()
    (of_another / "counter_1.db").write_bytes(b"in use")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(of_another))
    with serving(tmp_path, 8, EVOVOICE_METRICS_TOKEN=TOKEN, WEB_CONCURRENCY="2") as server:
        live(server, 3)
        until(3, server, LIVENESS)
        environment = Path(f"/proc/{children(server.process.pid).pop()}/maps").read_text()
        used = {Path(line.split()[-1]).parent for line in environment.splitlines()
                if "evovoice-metrics-" in line}  # fmt: skip
        assert 1 == len(used)
    assert not used.pop().exists()
    assert (of_another / "counter_1.db").exists()


def test_folder_that_is_not_there_yet_stops_no_command(tmp_path: Path) -> None:
    """An operator who names one runs `db upgrade` before the server that would make it."""
    settings = settings_for(f"sqlite:///{tmp_path / 'x.db'}")
    settings["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path / "not" / "there")
    command = [sys.executable, "-m", "evovoice", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)


@pytest.mark.parametrize("name", ["flask run", "any WSGI server", "an operator's gunicorn"])
def test_other_servers_tell_of_the_process_that_answers_c89(tmp_path: Path, name: str) -> None:
    conf = "import os\nbind = '127.0.0.1:' + os.environ['PORT']\nworker_class = 'gthread'\n"
    (tmp_path / "own.py").write_text(conf)
    words = [word.replace("{folder}", str(tmp_path)) for word in SERVERS[name]]
    assert GUNICORN == SERVERS["an operator's gunicorn"]
    with serving(tmp_path, 8, words, EVOVOICE_METRICS_TOKEN=TOKEN) as server:
        live(server, 3)
        assert 3 == scrape(server)[LIVENESS]
        until(2, server, STREAM_PLACES)
