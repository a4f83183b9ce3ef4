"""The softphone's library: brought by npm or from an address, and never another than the locked."""

import base64
import hashlib
import http.server
import io
import json
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evovoice.web.console import fetch_sdk, sdk_lock
from evovoice.web.console.fetch_sdk import NotFetched, fetch, main
from evovoice.web.console.sdk_lock import SdkLock, is_fetched, locked

ROOT = Path(__file__).parents[3]
SCRIPT, TERMS = b"window.Twilio = {}", b"terms"
NOWHERE = {"PATH": "/nowhere"}
NPM = """#!/bin/sh
while [ "$1" != --pack-destination ]; do shift; done
{act}
"""


def _archive(script: bytes = SCRIPT) -> bytes:
    """As `npm pack` makes it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in {"dist/sdk.min.js": script, "LICENSE.md": TERMS, "x.js": b"no"}.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return file.getvalue()


ARCHIVE = _archive()
INTEGRITY = "sha512-" + base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()
LOCK = SdkLock("@some/sdk", "1.2.3", INTEGRITY, "dist/sdk.min.js", "LICENSE.md")


@pytest.fixture
def address() -> Iterator[str]:
    """A server on this machine that has the archive at /sdk.tgz, and another at /other.tgz."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/sdk.tgz": ARCHIVE, "/other.tgz": _archive(b"evil()")}.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _npm(folder: Path, act: str) -> dict[str, str]:
    """An environment whose npm does that; `$2` is the folder that it shall fill."""
    (folder / "bin").mkdir()
    npm = folder / "bin" / "npm"
    npm.write_text(NPM.format(act=act))
    npm.chmod(0o755)
    (folder / "packed.tgz").write_bytes(ARCHIVE)
    return {"PATH": f"{folder / 'bin'}:/usr/bin:/bin"}


def _is_complete(folder: Path) -> bool:
    texts = {path.name: path.read_bytes() for path in folder.iterdir()}
    return texts == {"sdk.js": SCRIPT, "LICENSE.md": TERMS, "integrity": INTEGRITY.encode()}


def test_npm_brings_it_where_it_is_there(tmp_path: Path) -> None:
    environ = _npm(tmp_path, f'cp {tmp_path}/packed.tgz "$2/x.tgz"')
    told = fetch(LOCK, tmp_path / "sdk", environ)
    assert "The softphone's library @some/sdk@1.2.3 was fetched." == told
    assert _is_complete(tmp_path / "sdk")
    assert is_fetched(LOCK, tmp_path / "sdk")


def test_without_npm_the_address_of_the_setting_has_it(tmp_path: Path, address: str) -> None:
    told = fetch(LOCK, tmp_path / "sdk", {**NOWHERE, "EVOVOICE_SDK_URL": f"{address}/sdk.tgz"})
    assert told.endswith("was fetched from EVOVOICE_SDK_URL.")
    assert _is_complete(tmp_path / "sdk")


def test_where_npm_fails_the_address_has_it_and_what_npm_said_is_told(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = _npm(tmp_path, "echo no network >&2; exit 1")
    fetch(LOCK, tmp_path / "sdk", {**environ, "EVOVOICE_SDK_URL": f"{address}/sdk.tgz"})
    assert _is_complete(tmp_path / "sdk")
    assert "npm could not bring @some/sdk@1.2.3: no network\n" == capsys.readouterr().err


def test_without_npm_and_address_nothing_fails_and_the_way_out_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(NOWHERE, tmp_path / "sdk")
    said = capsys.readouterr().out
    assert "install npm, or name the address of its archive (.tgz) in EVOVOICE_SDK_URL" in said
    assert not (tmp_path / "sdk").exists()


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [("{}/other.tgz", "is not @some/sdk@1.2.3"), ("{}/none.tgz", "cannot be read: HTTP Error 404"),
     ("file:///etc/hosts", "must be an address like https://")],
)  # fmt: skip
def test_what_the_address_has_not_or_wrong_fails_and_nothing_is_kept(
    tmp_path: Path, address: str, setting: str, sentence: str
) -> None:
    environ = {**NOWHERE, "EVOVOICE_SDK_URL": setting.format(address)}
    with pytest.raises(NotFetched, match=sentence):
        fetch(LOCK, tmp_path / "sdk", environ)
    assert not (tmp_path / "sdk").exists()


def test_another_archive_than_the_locked_fails_the_set_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = _npm(tmp_path, f'cp {tmp_path}/packed.tgz "$2/x.tgz"')
    assert 1 == main(environ, tmp_path / "sdk")
    assert "its sha512 is another one than the lock's" in capsys.readouterr().err


def test_what_is_there_is_not_fetched_again_until_the_lock_names_another(tmp_path: Path) -> None:
    for name in ("sdk.js", "LICENSE.md"):
        (tmp_path / name).write_text("old")
    (tmp_path / "integrity").write_text(locked().integrity)
    assert 0 == main({"PATH": "/nowhere", "EVOVOICE_SDK_URL": "none"}, tmp_path)
    (tmp_path / "integrity").write_text("sha512-old")
    assert not is_fetched(locked(), tmp_path)
    assert 1 == main({"PATH": "/nowhere", "EVOVOICE_SDK_URL": "none"}, tmp_path)


def test_lock_names_a_version_and_its_hash_and_no_registry() -> None:
    lock = locked()
    assert ("@twilio/voice-sdk", "2.18.5") == (lock.name, lock.version)
    assert 64 == len(base64.b64decode(lock.integrity.removeprefix("sha512-")))
    text = (Path(sdk_lock.__file__).with_name("sdk_lock.json")).read_text()
    assert set(json.loads(text)) == {"name", "version", "integrity", "script", "license"}
    assert "://" not in text + Path(fetch_sdk.__file__).read_text().replace("https://files.", "") \
        .replace('"https://", "http://"', "")  # fmt: skip


def test_every_set_up_calls_it() -> None:
    module = "evovoice.web.console.fetch_sdk"
    for target in ("demo", "run", "setup"):
        words = ["make", "--dry-run", target]
        run = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True, env={})
        assert f"-m {module}" in run.stdout
    assert f'"-m", "{module}"' in (ROOT / "Dockerfile").read_text()
    assert f"python -m {module}" in (ROOT / "bin" / "post_compile").read_text()
