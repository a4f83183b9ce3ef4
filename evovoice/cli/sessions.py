"""The command that tells the story of a call."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from evovoice.cli.output import moment_text, opened_database, print_result, with_json
from evovoice.logs import masked
from evovoice.services.explaining import Explanation, Section, Sentence, explain

_FOUND, _NOT_FOUND = 0, 1


@click.group()
def session() -> None:
    """The calls that the service looks after."""


@session.command("explain")
@click.argument("key", metavar="ID")
@click.option("--numbers", is_flag=True, help="Show telephone numbers in full.")
@with_json
def session_explain(key: str, numbers: bool, as_json: bool) -> int:
    """Tell the story of a call and why it ended.

    ID is a session's id (s-…) or the SID of any call in it (CA…), such as the carrier's console
    shows. Archived sessions are told too. Telephone numbers are masked without --numbers.

    Exit code: 0 it is told, 1 there is no such session (the sentences say what that may mean).
    """
    with opened_database() as database:
        found = explain(database, key, datetime.now(UTC))
    shown = _whole if numbers else masked
    print_result(document_of(found, shown), text_of(found, shown), as_json)
    return _NOT_FOUND if found.session_id is None else _FOUND


def document_of(explanation: Explanation, shown: Callable[[str], str]) -> dict[str, object]:
    """What --json prints."""
    return {
        "key": explanation.key, "sessionId": explanation.session_id,
        "accountId": explanation.account_id,
        "sentences": [
            {"section": one.section.name.lower(), "at": moment_text(one.at) if one.at else None,
             "text": shown(one.text)}
            for one in explanation.sentences
        ],
    }  # fmt: skip


def text_of(explanation: Explanation, shown: Callable[[str], str]) -> str:
    """The same for people: a heading, and a line for each sentence."""
    parts = []
    for section in Section:
        sentences = explanation.of(section)
        if sentences:
            parts.append("\n".join([f"{section}:", *(_line(one, shown) for one in sentences)]))
    return "\n\n".join(parts)


def _line(one: Sentence, shown: Callable[[str], str]) -> str:
    moment = f"{moment_text(one.at)}  " if one.at else ""
    return f"  {moment}{shown(one.text)}"


def _whole(text: str) -> str:
    return text
