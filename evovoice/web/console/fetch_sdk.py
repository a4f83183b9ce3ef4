"""`python -m evovoice.web.console.fetch_sdk`: brings the library with which a browser is a phone.

By `npm pack` where npm is there, else from the address in EVOVOICE_SDK_URL. The archive is checked
against the lock before anything of it is used. Without npm and address nothing is brought, which is
no failure: the service works, and its page says that it has no sound.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from evovoice.web.console.sdk_lock import FOLDER, STAMP, SdkLock, is_fetched, locked

_ADDRESS = "EVOVOICE_SDK_URL"
_PATIENCE = 60  # seconds for npm, or for the whole archive
_LARGEST = 20_000_000  # bytes; the archive has less than one million
_MISSING = (
    "The softphone's library {package} is not here: install npm, or name the address of its archive"
    f" (.tgz) in {_ADDRESS}, and run `python -m evovoice.web.console.fetch_sdk`."
    " Until then /phone has no sound; all else works."
)


class NotFetched(Exception):
    """The archive cannot be had, or is another one; the text says what to do."""


def main(environ: Mapping[str, str], folder: Path = FOLDER) -> int:
    """0, also where nothing can be brought; 1 where what was brought is not what is locked, or the
    address that an operator has named does not have it.
    """
    lock = locked()
    if is_fetched(lock, folder):
        return 0
    try:
        print(fetch(lock, folder, environ))  # noqa: T201 (a command talks to a person)
    except NotFetched as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def fetch(lock: SdkLock, folder: Path, environ: Mapping[str, str]) -> str:
    """Bring it into that folder; what there is to say. Errors: `NotFetched`."""
    package = f"{lock.name}@{lock.version}"
    archive, told = _packed(package, environ), ""
    if archive is None:
        address = environ.get(_ADDRESS, "").strip()
        if not address:
            return _MISSING.format(package=package)
        archive, told = _loaded(address), f" from {_ADDRESS}"
    _check(archive, lock)
    _unpack(archive, lock, folder)
    return f"The softphone's library {package} was fetched{told}."


def _packed(package: str, environ: Mapping[str, str]) -> bytes | None:
    """What npm brings from the registry it is set to; None where it is not there, or fails."""
    npm = shutil.which("npm", path=environ.get("PATH"))
    if npm is None:
        return None
    with tempfile.TemporaryDirectory(prefix="evovoice-sdk-") as folder:
        words = [npm, "pack", package, "--pack-destination", folder, "--ignore-scripts", "--silent"]
        try:
            run = subprocess.run(  # noqa: S603 (our own words)
                [*words, "--fetch-retries=1", "--fetch-timeout=20000"],
                cwd=folder, env=dict(environ), capture_output=True, check=False, timeout=_PATIENCE,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as problem:
            sys.stderr.write(f"npm could not bring {package}: {problem}\n")
            return None
        archives = list(Path(folder).glob("*.tgz"))
        if run.returncode or len(archives) != 1:
            said = run.stderr.decode(errors="replace").strip() or "it said nothing"
            sys.stderr.write(f"npm could not bring {package}: {said}\n")
            return None
        return archives[0].read_bytes()


def _loaded(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise NotFetched(f"{_ADDRESS} must be an address like https://files.example.com/sdk.tgz.")
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 (see above)
            found: bytes = answer.read(_LARGEST + 1)
    except (OSError, urllib.error.HTTPError) as problem:
        raise NotFetched(f"{_ADDRESS} cannot be read: {problem}.") from None
    return found


def _check(archive: bytes, lock: SdkLock) -> None:
    """Errors: `NotFetched`. Whoever serves the archive cannot put another one in its place."""
    kind, _, wanted = lock.integrity.partition("-")
    if kind != "sha512":
        raise NotFetched(f"The lock names {kind}; only sha512 is checked.")
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != wanted:
        raise NotFetched(
            f"What was brought is not {lock.name}@{lock.version}: its sha512 is another one than"
            " the lock's. Nothing of it was kept; look at where it came from."
        )


def _unpack(archive: bytes, lock: SdkLock, folder: Path) -> None:
    """The two files, and last of all the stamp that says which lock they are of."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as opened:
            for member, name in lock.members.items():
                found = opened.extractfile(member)
                if found is None:
                    raise NotFetched(f"{lock.name}@{lock.version} has no file {member}.")
                (folder / name).write_bytes(found.read())
    (folder / STAMP).write_text(lock.integrity)


if __name__ == "__main__":
    sys.exit(main(os.environ))
