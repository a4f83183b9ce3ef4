"""`evovoice emulator call`: a telephone calls, by way of the control address."""

import argparse
import json
import sys
from collections.abc import Sequence
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

_URL = "http://127.0.0.1:8010"
_PATIENCE = 10.0
_EXAMPLES = """\
examples:
  evovoice emulator call --from +15559998888 --to +15550001111
  evovoice emulator call --from +15559998888 --to +15550001111 --digits WW1 --hang-up-after 60
  evovoice emulator call --from client:alice --to +15559998888

A number has to belong to the account (--number of the running emulator); a client calls
through the emulator's first TwiML App, which gets --to as the form field To.
"""


class Refused(Exception):
    """The emulator would not, or is not there."""


def main(argv: Sequence[str]) -> int:
    """Place the call and print its sid."""
    given = _parser().parse_args(argv)
    try:
        sys.stdout.write(f"{_place(given)}\n")
    except Refused as refused:
        sys.stderr.write(f"no call was placed: {refused}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="evovoice emulator call",
        description="Call a number of a running emulator, as a telephone or a browser would.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--from", dest="from_", required=True, metavar="+1..", help="who calls, or client:NAME")
    add("--to", default="", metavar="+1..", help="a number of the account")
    add("--url", default=_URL, help="where the emulator listens (default %(default)s)")
    add("--hang-up-after", type=float, metavar="SECONDS", help="seconds of talking")
    add(
        "--digits",
        default="",
        help="keys pressed from the answer on; w waits half a second, W a whole one",
    )
    return parser


def _place(given: argparse.Namespace) -> str:
    _, client, identity = given.from_.partition("client:")
    if client:
        params = {"To": given.to} if given.to else {}
        return _post(f"{given.url}/_emulator/devices/{quote(identity)}/connect", {"params": params})
    wish = {"from": given.from_, "to": given.to, "digits": given.digits}
    if given.hang_up_after is not None:
        wish["hangUpAfter"] = given.hang_up_after
    return _post(f"{given.url}/_emulator/calls", wish)


def _post(url: str, wish: object) -> str:
    if not url.startswith(("http://", "https://")):
        raise Refused(f"--url {url} is not an http address")
    request = Request(url, json.dumps(wish).encode(), {"Content-Type": "application/json"})  # noqa: S310 - checked above
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - checked above
            return str(json.load(answer)["callSid"])
    except HTTPError as error:
        raise Refused(_told(error)) from error
    except (OSError, HTTPException, ValueError, KeyError) as error:
        raise Refused(f"no emulator answers at {url} ({error})") from error


def _told(error: HTTPError) -> str:
    with error:
        try:
            return str(json.load(error)["error"])
        except (ValueError, KeyError):
            return f"HTTP {error.code}"
