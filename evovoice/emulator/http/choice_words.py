"""Any field of the choices from the command line: `--choose not_held_code=20404`."""

import argparse
from dataclasses import fields
from typing import get_args, get_type_hints

from evovoice.emulator.choices import Choices

_DEFAULTS: dict[str, object] = {one.name: getattr(Choices(), one.name) for one in fields(Choices)}
_WORDS = {"true": True, "false": False}


def choice(text: str) -> tuple[str, object]:
    """`name=value`, read as the field's own kind; `none` lifts a limit that may be lifted."""
    name, _, value = text.partition("=")
    if name not in _DEFAULTS:
        known = ", ".join(_DEFAULTS)
        raise argparse.ArgumentTypeError(f"{name!r} is no choice; there are {known}")
    try:
        return name, _read(name, value)
    except (KeyError, ValueError) as error:
        default = _DEFAULTS[name]
        raise argparse.ArgumentTypeError(f"{name} is like {default!r}, not {value!r}") from error


def _read(name: str, value: str) -> object:
    hint, default = get_type_hints(Choices)[name], _DEFAULTS[name]
    if value == "none" and type(None) in get_args(hint):
        return None
    if isinstance(default, bool):
        return _WORDS[value]
    if isinstance(default, int | float):
        return type(default)(value)
    words = get_args(hint)
    if words and value not in words:
        raise ValueError(value)
    return value
