"""The list of what is and is not imitated, made from Twilio's own list of operations and the tables
by which requests are answered.

`python -m evovoice.emulator.imitated` writes it into `IMITATED.md`.
"""

from collections.abc import Iterator
from pathlib import Path

from evovoice.emulator.engine import grammar
from evovoice.emulator.engine.without_effect import WITHOUT_EFFECT
from evovoice.emulator.rest.api import HANDLERS, SERVED_HOSTS
from evovoice.emulator.rest.published import Operation, operations
from evovoice.emulator.rest.without_effect import MISSING

PAGE = Path(__file__).parent / "IMITATED.md"
_OPENING = """\
# What the emulator imitates
Written by `python -m evovoice.emulator.imitated` from Twilio's list of operations
(`published/operations.txt`) and the tables by which requests are answered; a test holds it.
"""
_REST = """\
## REST
{served} of {all} published operations are imitated. Every other one is answered 501 with a sentence
(code 20501, which is ours), and leaves an alert. *Noted*: the parameter is accepted, has no effect
here, and an alert says so. *Refused*: 501, and nothing happens.

| operation | noted | refused |
|---|---|---|
"""
_NOT = """\

### Answered 501
| host | resources, with how many operations |
|---|---|
"""
_TWIML = """\

## TwiML
Verbs that are skipped, with an alert: {verbs}. Nouns that are skipped: {nouns}. Attributes without
effect, each with an alert:

| verb or noun | attributes |
|---|---|
"""


def text() -> str:
    """The whole list, as Markdown."""
    served = [one for one in operations() if _is_served(one)]
    others = [one for one in operations() if not _is_served(one)]
    skipped = {"verbs": grammar.NOT_IMITATED, "nouns": grammar.NOUNS_NOT_IMITATED}
    names = {kind: ", ".join(f"`<{name}>`" for name in sorted(of)) for kind, of in skipped.items()}
    return "".join([
        _OPENING,
        _REST.format(served=len(served), all=len(operations())),
        *map(_served_row, served),
        _NOT,
        *_rows_of_hosts(others),
        _TWIML.format(**names),
        *(f"| `<{name}>` | {_words(vain)} |\n" for name, vain in WITHOUT_EFFECT.items()),
    ])  # fmt: skip


def _is_served(operation: Operation) -> bool:
    return operation.host in SERVED_HOSTS and (operation.method, operation.shape) in HANDLERS


def _served_row(operation: Operation) -> str:
    missing = MISSING.get((operation.method, operation.shape), {})
    noted = _words(name for name, one in missing.items() if not one.is_refused)
    refused = _words(name for name, one in missing.items() if one.is_refused)
    return f"| `{operation.method} {operation.path}` | {noted} | {refused} |\n"


def _words(names: Iterator[str] | dict[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _rows_of_hosts(others: list[Operation]) -> Iterator[str]:
    hosts: dict[str, dict[str, int]] = {}
    for operation in others:
        counts = hosts.setdefault(operation.host, {})
        name = _resource(operation)
        counts[name] = counts.get(name, 0) + 1
    for host, counts in sorted(hosts.items()):
        yield f"| {host} | {', '.join(f'{name} {count}' for name, count in counts.items())} |\n"


def _resource(operation: Operation) -> str:
    """The first names in a path: `Calls/Payments`, `v1/Workspaces`."""
    parts = [part for part in operation.shape.split("/") if part != "*"]
    return "/".join(parts[:2]) or "Accounts"


if __name__ == "__main__":
    PAGE.write_text(text())
