"""One fictitious telephone number for each real one, the same in every process and file."""

import hmac
from contextlib import suppress
from pathlib import Path

from evovoice.carrier.capture.files import make_folder, put_new

_LINES = (*range(100, 10_000), *range(100))  # 0100 to 0199, the first, are kept for fiction


class NoNumberLeft(RuntimeError):
    """Ten thousand different numbers have been seen."""


class Pseudonyms:
    """Gives out +1 202 555 0100 and on; which are taken stands in a folder, one file each.

    A file holds the HMAC of the real number under the service's secret key: with it processes
    agree, and nobody reads the number from it who does not have the key.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder, key.encode()
        self._known: dict[str, str] = {}

    def of(self, digits: str) -> str:
        """The fictitious number in digits alone. Errors: `NoNumberLeft`, `OSError`."""
        if digits not in self._known:
            self._known[digits] = self._found(digits)
        return self._known[digits]

    def _found(self, digits: str) -> str:
        make_folder(self._folder)
        mark = hmac.new(self._key, digits.encode(), "sha256").hexdigest()
        for line in _LINES:
            number = f"1202555{line:04}"
            if self._is_taken_for(mark, self._folder / number):
                return number
        raise NoNumberLeft

    def _is_taken_for(self, mark: str, path: Path) -> bool:
        if not path.exists():
            with suppress(FileExistsError):
                put_new(path, mark)
        return path.read_text() == mark
