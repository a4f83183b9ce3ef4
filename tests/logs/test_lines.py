"""One shape for every line, whoever writes it: as text for people, as JSON for programs."""

import json
import logging
import sys
import threading
from datetime import datetime, timedelta

import pytest

from evovoice import __version__, logs
from evovoice.logs import FewLines
from evovoice.logs.chain import LineHandler
from tests.logged import lines_written

FORGED = "x\nevil\r\u2028\x1b[31m\x85\u202e2026-01-01T00:00:00Z INFO forged"


def test_record_in_json_has_time_level_logger_event_version_and_fields() -> None:
    with lines_written() as lines, logs.about(request_id="r-1", session_id="s-1"):
        logs.get_logger("evovoice.test").warning("Order failed", code=20500, leg_id="leg-1")
    (record,) = lines.records()
    written = datetime.fromisoformat(record.pop("timestamp"))
    assert timedelta(0) == written.utcoffset()
    assert record == {
        "level": "warning", "logger": "evovoice.test", "event": "Order failed",
        "version": __version__, "request_id": "r-1", "session_id": "s-1", "code": 20500,
        "leg_id": "leg-1",
    }  # fmt: skip


def test_line_of_a_library_has_the_same_shape_and_is_masked() -> None:
    with lines_written(secrets=["s3cret of ours"]) as lines, logs.about(request_id="r-1"):
        logging.getLogger("a.library").error(
            "%s by %s", "+1-202-555-0126", "s3cret of ours", extra={"to": ["(202) 555-0126"]}
        )
    (record,) = lines.records()
    assert record.pop("timestamp")
    assert record == {
        "level": "error", "logger": "a.library", "event": "+1•••••0126 by •••",
        "version": __version__, "request_id": "r-1", "to": ["(•••••0126"],
    }  # fmt: skip


@pytest.mark.parametrize("as_json", [True, False])
def test_trace_is_masked_and_in_its_place(as_json: bool) -> None:
    with lines_written(as_json=as_json, secrets=["s3cret of ours"]) as lines:
        for logger in (logs.get_logger("a"), logging.getLogger("b")):
            try:
                raise ValueError("s3cret of ours +1 (202) 555-0126\nforged")
            except ValueError:
                logger.exception("It failed")
    assert "555-0126" not in lines.text
    assert "s3cret" not in lines.text
    if as_json:
        assert all("ValueError: ••• +1•••••0126" in r["exception"] for r in lines.records())
    else:
        own = [line for line in lines.text.splitlines() if "It failed" in line]
        assert 2 == len(own)
        assert "    ValueError: ••• +1•••••0126" in lines.text.splitlines()


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("place", ["event", "value", "name", "context", "library"])
def test_nothing_that_is_written_can_begin_a_line_of_its_own(as_json: bool, place: str) -> None:
    logger = logs.get_logger("test")
    context = {"x": FORGED} if place == "context" else {}
    with lines_written(as_json=as_json) as lines, logs.about(**context):
        match place:
            case "event" | "context":
                logger.info(FORGED if place == "event" else "x")
            case "value":
                logger.info("x", field=FORGED, deep=[FORGED])
            case "name":
                logger.info("x", **{FORGED: FORGED})
            case "library":
                logging.getLogger("library").info("got %s", FORGED)
    assert 1 == len(lines.text.splitlines())
    assert lines.text.endswith("\n")
    assert not set(lines.text[:-1]) & set("\n\r\u2028\x1b\x85\u202e")
    if as_json:
        json.loads(lines.text)


def test_text_is_readable_and_leaves_out_what_is_not_known() -> None:
    with lines_written(as_json=False) as lines, logs.about(request_id="r-1"):
        logs.get_logger("evovoice.test").info("Order failed", why="no line", code=1, to=None)
    _, line = lines.text.split(" ", 1)
    assert 'INFO evovoice.test Order failed why="no line" code=1 request_id=r-1\n' == line


def test_line_that_cannot_be_made_is_told_of_without_what_is_in_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = LineHandler(sys.stderr)
    handler.setFormatter(logs.new_formatter(logs.Masking(), as_json=True))
    handler.handle(logging.LogRecord("x", 20, "", 1, "%d", ("+12025550126",), None))
    assert "A line of x was lost: TypeError\n" == capsys.readouterr().err


def test_what_is_bound_inside_a_block_ends_with_it() -> None:
    with logs.about(session_id="s-1"):
        logs.bind(leg_id="leg-1", call_sid=None)
        with logs.about(session_id="s-2"):
            assert {"session_id": "s-2", "leg_id": "leg-1"} == dict(logs.known())
        assert {"session_id": "s-1", "leg_id": "leg-1"} == dict(logs.known())
    assert {} == dict(logs.known())


def test_another_thread_knows_nothing_unless_it_is_told() -> None:
    found: list[object] = []
    with logs.about(session_id="s-1"):
        thread = threading.Thread(target=lambda: found.append(dict(logs.known())))
        thread.start()
        thread.join()
    assert [{}] == found


def test_few_lines_of_a_kind_pass_and_the_others_are_counted() -> None:
    now = [0.0]
    few = FewLines(lambda: now[0])
    assert [0] * 10 + [None] * 5 == [few.left_out("a") for _ in range(15)]
    assert 0 == few.left_out("b")
    now[0] = 61
    assert 5 == few.left_out("a")
    assert 0 == few.left_out("a")
    now[0] = 999
    assert 0 == few.left_out("a")
