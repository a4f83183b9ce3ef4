"""CSV over the wire: headers, lines, totals (C48, C52, C53)."""

import pytest

from evovoice.domain.messages import SessionEvent
from tests.web.doubles import MEMBERS, NOW, WebApp
from tests.web.servicestack.formats.examples import HEADER


def _lines(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    return data.decode().removesuffix("\r\n").split("\r\n")


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("POST", MEMBERS, "AddConferenceMember"),
        ("GET", "/sessions/s-1", "GetSession"),
        ("GET", "/sessions/active", "GetActiveSessions"),
        ("GET", "/sessions/s-1/events", "GetSessionEvents"),
    ],
)
def test_csv_is_a_file_named_by_its_operation_c52(
    web: WebApp, verb: str, path: str, name: str
) -> None:
    body = {"json": {"destination": "x"}} if verb == "POST" else {}
    response = web.api(verb, f"{path}.csv", **body)
    assert "text/csv" == response.headers["Content-Type"]
    assert f'attachment;filename="{name}.csv"' == response.headers["Content-Disposition"]


def test_other_formats_are_no_files_c52(web: WebApp) -> None:
    assert "Content-Disposition" not in web.api("GET", "/sessions/s-1.xml").headers


def test_session_is_a_header_and_a_line_c48(web: WebApp) -> None:
    web.calls.session.members[0].display_name = "Zoë"
    response = web.api("GET", "/sessions/s-1.csv")
    lines = _lines(response.data)
    assert [HEADER] == lines[:1]
    assert 2 == len(lines)
    assert "displayName:Zoë" in lines[1]
    assert "X-Total-Count" not in response.headers


def test_wrapper_has_a_line_for_each_item_and_says_how_many_c53(web: WebApp) -> None:
    response = web.api("GET", "/sessions/active.csv")
    assert ([HEADER], "1") == (_lines(response.data)[:1], response.headers["X-Total-Count"])
    web.calls.lines = [(n, SessionEvent("Held", "a,b", NOW, None, None)) for n in (1, 2)]
    response = web.api("GET", "/sessions/s-1/events.csv")
    assert "2" == response.headers["X-Total-Count"]
    assert [
        "Sequence,Date,Type,SessionId,CallSid,MemberId,UserId,Message,Data",
        '1,2026-03-01T14:05:09.120Z,Held,s-1,,,,"a,b","{}"',
        '2,2026-03-01T14:05:09.120Z,Held,s-1,,,,"a,b","{}"',
    ] == _lines(response.data)


def test_batch_in_csv_has_a_line_for_each_answer_c5_c53(web: WebApp) -> None:
    items = [{"sessionId": "s-1", "destination": "x"}] * 2
    response = web.api("POST", "/api/AddConferenceMember[]?format=csv", json=items)
    assert 3 == len(_lines(response.data))
