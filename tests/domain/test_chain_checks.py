"""Whatever is done to a chain of lines without computing its links anew is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.domain.log_check import LogCheck, LogEnd
from evovoice.domain.log_line import LogLine, line_digest, line_link
from evovoice.domain.messages import SessionEvent

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
TEXTS = st.text(max_size=5)
EVENTS = st.lists(
    st.builds(
        SessionEvent,
        TEXTS,
        TEXTS,
        st.integers(0, 10**9).map(lambda n: NOW + timedelta(microseconds=n)),
        st.none() | TEXTS,
        st.none() | TEXTS,
        st.none() | TEXTS,
        st.dictionaries(TEXTS, TEXTS, max_size=2),
    ),
    min_size=1,
    max_size=6,
)


def log(events: list[SessionEvent]) -> tuple[list[LogLine], LogEnd]:
    lines, chain = [], ""
    for number, event in enumerate(events, 1):
        salt = f"salt {number}"
        digest = line_digest(salt, event)
        chain = line_link(chain, "s-1", number, event, digest)
        lines.append(LogLine("s-1", number, event, salt, digest, chain))
    return lines, LogEnd("s-1", len(lines), len(lines), chain)


def flaws(lines: list[LogLine], end: LogEnd) -> list[str]:
    check = LogCheck(end)
    for line in sorted(lines, key=lambda one: one.sequence):
        check.line(line)
    check.end()
    return [str(flaw) for flaw in check.flaws]


@given(EVENTS)
def test_what_was_written_has_no_flaw(events: list[SessionEvent]) -> None:
    assert [] == flaws(*log(events))


Tamper = Callable[[list[LogLine], int, str], list[LogLine]]


def _change(lines: list[LogLine], index: int, **of_event: object) -> list[LogLine]:
    line = lines[index]
    changed = replace(line, event=replace(line.event, **of_event))  # type: ignore[arg-type]
    return [*lines[:index], changed, *lines[index + 1 :]]


TAMPERS: dict[str, Tamper] = {
    "message": lambda lines, i, text: _change(lines, i, message=lines[i].event.message + text),
    "type": lambda lines, i, text: _change(lines, i, type=lines[i].event.type + text),
    "moment": lambda lines, i, _: _change(
        lines, i, at=lines[i].event.at + timedelta(microseconds=1)
    ),
    "call": lambda lines, i, text: _change(lines, i, call_sid=f"{lines[i].event.call_sid}{text}"),
    "data": lambda lines, i, text: _change(lines, i, data={**lines[i].event.data, "new one": text}),
    "missing": lambda lines, i, _: lines[:i] + lines[i + 1 :],
    "missing, the rest moved up": lambda lines, i, _: [
        *lines[:i], *(replace(one, sequence=one.sequence - 1) for one in lines[i + 1 :])
    ],
    "inserted": lambda lines, i, _: [
        *lines[:i], lines[i], *(replace(one, sequence=one.sequence + 1) for one in lines[i:])
    ],
    "swapped": lambda lines, _, text: [
        replace(one, sequence=len(lines) + 1 - one.sequence)
        for one in _change(lines, 0, message=lines[0].event.message + text)  # where it is alone
    ],
    "passed off as erased": lambda lines, i, _: [
        *lines[:i], replace(lines[i], salt=None), *lines[i + 1 :]
    ],
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERS)
@given(EVENTS, st.integers(0, 5), st.text(min_size=1, max_size=3))
def test_tampering_is_found(how: str, events: list[SessionEvent], where: int, text: str) -> None:
    lines, end = log(events)
    assert [] != flaws(TAMPERS[how](lines, where % len(lines), text), end)
