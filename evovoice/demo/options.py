"""The demo's command line, as one frozen value."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

_LAST_PORT = 65535
PAGE, SCRIPTED = "page", "scripted"


@dataclass(frozen=True, slots=True)
class Options:
    """`keep`: the parts stay up for a person. A port that is `None` is any free one.

    `ring`: where calls ring then; `None`: in a page where the emulator has sound.
    """

    keep: bool
    port: int | None
    emulator_port: int | None
    ring: str | None = None


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line, or stop with a message."""
    given = _parser().parse_args(arguments)
    return Options(given.keep, given.port, given.emulator_port, given.ring)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evovoice.demo",
        description="A live call becomes a conference, on this machine and without an account.",
    )
    add = parser.add_argument
    add("--keep", action="store_true", help="keep all parts up, with a live call to add to")
    add("--port", type=_port, help="where the service listens (default: a free one)")
    add("--emulator-port", type=_port, help="where the emulator listens (default: a free one)")
    add(
        "--ring",
        choices=(PAGE, SCRIPTED),
        help="with --keep: calls ring in Ann's page, or are answered",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to {_LAST_PORT}")
    return int(text)
