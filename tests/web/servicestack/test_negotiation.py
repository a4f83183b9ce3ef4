"""Which format an answer and an error come in (C14-C19, C26)."""

from typing import Any

import pytest

from evovoice.web.servicestack.formats.kinds import Format
from evovoice.web.servicestack.negotiation import accepted
from tests.web.doubles import MEMBERS, WebApp

TYPES = {
    "application/json; charset=utf-8": "json", "application/xml": "xml",
    "application/jsv": "jsv", "text/csv": "csv",
}  # fmt: skip
ADD = "/api/AddConferenceMember"
BODY = {"sessionId": "s-1", "destination": "x"}


def _format(web: WebApp, verb: str, path: str, accept: str | None = None, **options: Any) -> str:
    headers = {"Accept": accept} if accept is not None else {}
    response = web.api(verb, path, headers=headers, **options)
    return TYPES[response.headers["Content-Type"]]


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("/sessions/s-1", None, "json"),
        ("/sessions/s-1", "text/csv", "csv"),
        ("/sessions/s-1?format=xml", "text/csv", "xml"),
        ("/sessions/s-1?FORMAT=XML", "text/csv", "xml"),
        ("/sessions/s-1?format=yaml", "text/csv", "csv"),
        ("/sessions/s-1?format=", None, "json"),
        ("/sessions/s-1?callback=f&format=xml", "text/csv", "json"),
        ("/sessions/s-1.csv?format=xml", None, "csv"),
        ("/sessions/s-1.csv?callback=f", None, "csv"),
        ("/sessions/s-1.xml", "text/csv", "xml"),
        ("/sessions/s-1?x=y", "text/csv", "csv"),
    ],
)
def test_on_rest_routes_suffix_then_query_then_accept_c14(
    web: WebApp, path: str, accept: str | None, expected: str
) -> None:
    assert expected == _format(web, "GET", path, accept)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (ADD, "json"),
        (f"{ADD}.csv", "csv"),
        (f"{ADD}?format=csv", "csv"),
        (f"{ADD}.xml?format=csv", "csv"),
        (f"{ADD}.xml?callback=f", "json"),
        ("/xml/reply/AddConferenceMember", "xml"),
        ("/xml/reply/AddConferenceMember?format=jsv", "jsv"),
        ("/xml/reply/AddConferenceMember?callback=f&format=jsv", "json"),
        ("/xml/reply/AddConferenceMember.csv", "csv"),
        ("/json/reply/AddConferenceMember?x=y", "json"),
    ],
)
def test_by_name_query_then_suffix_then_prefix_and_never_accept_c15(
    web: WebApp, path: str, expected: str
) -> None:
    assert expected == _format(web, "POST", path, "text/csv", json=BODY)


@pytest.mark.parametrize(
    ("accept", "own", "expected"),
    [
        ("application/json", "", "json"), ("application/xml", "", "xml"), ("text/xml", "", "xml"),
        ("application/jsv", "", "jsv"), ("text/jsv", "", "jsv"), ("APPLICATION/XML", "", "xml"),
        ("text/csv, application/json", "text/csv", "json"),
        ("application/jsv, application/xml", "", "xml"),
        ("application/xml, application/json", "", "json"),
        ("application/xml, application/json", "text/xml", "xml"),
        ("application/xml, application/jsv", "application/json", "xml"),
        ("application/json;q=0.1, application/xml;q=0.9", "", "json"),
        ("text/csv;q=1, application/jsv;q=0", "", "jsv"),
    ],
)  # fmt: skip
def test_accept_prefers_json_xml_jsv_but_the_requests_own_type_first_c16(
    accept: str, own: str, expected: str
) -> None:
    assert Format(expected) is accepted(accept, own)


@pytest.mark.parametrize(
    ("accept", "own", "expected"),
    [
        ("*/*", "", "json"), ("*/*", "text/csv", "csv"), ("*/*", "application/jsv", "jsv"),
        ("*/*", "application/x-www-form-urlencoded", "json"),
        ("*/*", "multipart/form-data", "json"), ("*/*;q=0.8", "text/xml", "xml"),
        ("text/csv, */*", "", "json"), ("text/csv, */*", "text/csv", "csv"),
        ("text/csv", "application/json", "csv"), ("image/png", "", "json"), ("", "", "json"),
        (",;,", "text/csv", "json"), ("image/png", "text/csv", "json"),
    ],
)  # fmt: skip
def test_then_anything_means_the_requests_own_type_then_csv_c17(
    accept: str, own: str, expected: str
) -> None:
    assert Format(expected) is accepted(accept, own)


def test_csv_post_of_a_client_that_takes_anything_is_answered_in_csv_c17(web: WebApp) -> None:
    post = {"data": b"Destination\nx\n", "content_type": "text/csv"}
    assert "csv" == _format(web, "POST", MEMBERS, "*/*", **post)
    assert "json" == _format(web, "POST", MEMBERS, **post)
    assert ["x", "x"] == [one.destination for _, (_, one) in web.calls.calls]


def test_browser_gets_json_c18(web: WebApp) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert "json" == _format(web, "GET", "/sessions/s-1", browser)


def test_callback_is_never_wrapped_around_the_answer_c18(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1?callback=alert")
    assert response.data.startswith(b"{")
    assert b"alert" not in response.data


def test_nothing_stores_an_answer_in_any_format_c19(web: WebApp) -> None:
    for kind in ("json", "xml", "jsv", "csv"):
        response = web.api("GET", f"/sessions/s-1.{kind}")
        assert "no-store" == response.headers["Cache-Control"]
        assert "Accept" == response.headers["Vary"]
        assert "nosniff" == response.headers["X-Content-Type-Options"]


ERRORS: list[tuple[str, str, int]] = [
    ("GET", "/nothing", 404), ("PUT", "/sessions/s-1", 405), ("GET", "/sessions/a.b", 404),
    ("POST", MEMBERS, 400),
]  # fmt: skip
STARTS = {
    "json": '{"responseStatus":{"errorCode":"', "jsv": "{responseStatus:{errorCode:",
    "csv": 'ResponseStatus\r\n"{errorCode:',
    "xml": '<?xml version="1.0" encoding="utf-8"?><ErrorResponse ',
}  # fmt: skip


@pytest.mark.parametrize(("verb", "path", "status"), ERRORS)
@pytest.mark.parametrize("kind", STARTS)
def test_error_comes_in_the_format_of_the_answer_c26(
    web: WebApp, kind: str, verb: str, path: str, status: int
) -> None:
    for asked in (f"{path}.{kind}", f"{path}?format={kind}"):
        response = web.api(verb, asked)
        assert (status, kind) == (response.status_code, TYPES[response.headers["Content-Type"]])
        assert response.get_data(as_text=True).startswith(STARTS[kind])


def test_error_by_name_comes_in_the_format_of_the_prefix_c26(web: WebApp) -> None:
    for path in ("/csv/reply/Nothing", "/csv/reply/GetSession"):
        response = web.client.post(path, headers={"Accept": "application/xml"})
        assert "text/csv" == response.headers["Content-Type"]


def test_stranger_is_turned_away_in_the_format_asked_for_c26_c28(web: WebApp) -> None:
    response = web.client.get("/sessions/s-1", headers={"Accept": "application/xml"})
    assert (401, "application/xml") == (response.status_code, response.headers["Content-Type"])
    assert b"<ErrorCode>Unauthorized</ErrorCode>" in response.data
