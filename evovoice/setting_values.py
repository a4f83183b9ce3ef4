"""How one value of the environment is read and checked; every error is a sentence for operators."""

from collections.abc import Mapping

_LONGEST_NUMBER, _LONGEST_SHOWN = 10, 60  # digits, letters
_SHORTEST_SECRET = 16  # characters


class SettingsError(Exception):
    """A setting is missing or cannot be used; the text is one sentence that says which."""


def needed(environ: Mapping[str, str], name: str, what: str) -> str:
    """A setting that has to be there; `what` says what it holds. Errors: `SettingsError`."""
    value = environ.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set: it must hold {what}.")
    return value


def count(
    environ: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int = 10**9
) -> int:
    """A whole number within those bounds. Errors: `SettingsError`."""
    text = environ.get(name, "").strip()
    if not text:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    if not is_number or not least <= int(text) <= most:
        raise SettingsError(
            f"{name} must be a whole number from {least} to {most}, not '{shown(text)}'."
        )
    return int(text)


def shown(text: str) -> str:
    """As much of it as a sentence has room for."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def choice(environ: Mapping[str, str], name: str, known: tuple[str, str]) -> str:
    """One of two words; the first where it is not set. Errors: `SettingsError`."""
    text = environ.get(name, "").strip().lower() or known[0]
    if text not in known:
        raise SettingsError(f"{name} must be {' or '.join(known)}, not '{shown(text)}'.")
    return text


def optional_secret(environ: Mapping[str, str], name: str) -> str | None:
    """A secret that an operator makes up; None where it is not set. Errors: `SettingsError`."""
    text = environ.get(name, "").strip()
    if not text:
        return None
    if len(text) < _SHORTEST_SECRET or not (text.isascii() and text.isprintable()) or " " in text:
        raise SettingsError(
            f"{name} must be {_SHORTEST_SECRET} or more letters, digits and signs of ASCII,"
            " without spaces; `openssl rand -hex 24` makes a good one."
        )
    return text
