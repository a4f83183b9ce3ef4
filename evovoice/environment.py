"""What the process was given as settings: its environment, and below it a file `.env`."""

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from evovoice.settings import SettingsError

_USUAL_FILE = ".env"


def environment() -> Mapping[str, str]:
    """The process's environment, and below it what stands in `.env` of the working folder.

    EVOVOICE_ENV_FILE names another file; where it is set and empty none is read. Errors:
    `SettingsError`.
    """
    name = os.environ.get("EVOVOICE_ENV_FILE")
    if name == "" or (name is None and not Path(_USUAL_FILE).is_file()):
        return os.environ
    return {**_values(Path(name or _USUAL_FILE)), **os.environ}


def _values(file: Path) -> dict[str, str]:
    """As they are written: a secret may have a dollar sign in it."""
    try:
        text = file.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise SettingsError(f"The settings in {file} cannot be read: {reason}.") from None
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}
