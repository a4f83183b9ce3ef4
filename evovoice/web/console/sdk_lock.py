"""Which version of the carrier's library for browsers is used, and where its files are here.

The library is third-party code and never committed: `fetch_sdk` brings it, and what it brings is
the archive of this lock or nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path

_LOCK = Path(__file__).with_name("sdk_lock.json")
FOLDER = Path(__file__).with_name("sdk")  # in .gitignore; a wheel carries it
SCRIPT, LICENSE, STAMP = "sdk.js", "LICENSE.md", "integrity"


@dataclass(frozen=True, slots=True)
class SdkLock:
    """A package as its registry names it, `integrity` (`sha512-…`) of its archive as npm writes it,
    and the two files that are taken out of it.
    """

    name: str
    version: str
    integrity: str
    script: str
    license: str

    @property
    def members(self) -> dict[str, str]:
        """Names in the archive, and what they are called here."""
        return {f"package/{self.script}": SCRIPT, f"package/{self.license}": LICENSE}


def locked() -> SdkLock:
    """The lock of this version of ours."""
    return SdkLock(**json.loads(_LOCK.read_text()))


def is_fetched(lock: SdkLock, folder: Path = FOLDER) -> bool:
    """Whether the files of that lock are there, and not those of an older one."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text() == lock.integrity
