"""The pages that show each operation, and the samples on them."""

import re
from typing import Any

import pytest
from markupsafe import escape
from werkzeug.test import TestResponse

from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.languages import Language
from evovoice.web.servicestack.documents.samples import sample_request
from evovoice.web.servicestack.formats.csv_format import read_csv
from evovoice.web.servicestack.formats.json_format import read_json
from evovoice.web.servicestack.formats.jsv_format import read_jsv
from evovoice.web.servicestack.formats.kinds import Format
from evovoice.web.servicestack.formats.xml_format import read_xml
from evovoice.web.servicestack.operation import Operation
from tests.web.doubles import WebApp

FORMATS = pytest.mark.parametrize("kind", list(Format))
ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.name))
_READERS: dict[Format, Any] = {
    Format.JSON: read_json, Format.XML: read_xml, Format.JSV: read_jsv, Format.CSV: read_csv,
}  # fmt: skip


def _page(web: WebApp, path: str) -> str:
    response = web.client.get(path)
    assert 200 == response.status_code
    assert "text/html; charset=utf-8" == response.headers["Content-Type"]
    _has_no_script(response)
    return response.text


def _has_no_script(response: TestResponse) -> None:
    policy = response.headers["Content-Security-Policy"]
    (nonce,) = re.findall("style-src 'nonce-([^']+)'", policy)
    assert f'<style nonce="{nonce}">' in response.text
    assert "default-src 'none'" in policy
    assert "<script" not in response.text


def test_all_operations_are_listed_with_their_pages_c65(web: WebApp) -> None:
    page = _page(web, "/metadata")
    for row in TABLE:
        for kind in Format:
            assert f'href="/{kind}/metadata?op={row.name}"' in page
    assert page.count("/openapi.json") == 1
    assert all(f'href="/types/{one}"' in page for one in Language)
    assert 'href="/docs"' in page


def test_every_page_has_its_own_nonce_c65(web: WebApp) -> None:
    first, second = (web.client.get("/metadata").headers for _ in range(2))
    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]


@ROWS
@FORMATS
def test_page_shows_the_whole_operation_c66(
    web: WebApp, row: Operation[Any], kind: Format
) -> None:  # fmt: skip
    page = _page(web, f"/{kind}/metadata?op={row.name}")
    assert row.access in page
    assert all(f"<code>{route}</code>" in page for route in row.routes)
    for part in row.request_schema.fields.values():
        assert f"<code>{part.data_key}</code>" in page
    assert "HTTP/1.1 20" in page


def test_page_of_add_conference_member_c66(web: WebApp) -> None:
    page = _page(web, "/csv/metadata?op=addconferencemember")
    assert "For every user who has signed in." in page
    shown = re.findall(r"<td><code>(\w+)</code></td><td>(\w+)</td><td><code>(\w+)</code>", page)
    assert [
        ("sessionId", "path", "string"),
        ("callSid", "body", "string"),
        ("destination", "body", "string"),
        ("fromNumber", "body", "string"),
        ("sendDigits", "body", "string"),
        ("strategy", "body", "HuntStrategy"),
        ("humanOnly", "body", "bool"),
        ("dryRun", "query", "bool"),
    ] == shown
    names = "SessionId,CallSid,Destination,FromNumber,SendDigits,Strategy,HumanOnly"
    body = f"{names}\r\ns1,CA02,+12025550100,+14155550100,w12,sequential,False\r\n"
    told = [
        "POST /csv/reply/AddConferenceMember HTTP/1.1", "Host: voice.example.com",
        "Accept: text/csv", "Content-Type: text/csv",
        f"Content-Length: {len(body)}", "", body,
    ]  # fmt: skip
    assert "\n".join(told) in page
    assert "DialState,CallState,QueueState,AccountId" in page


def test_page_shows_what_the_answer_is_made_of_c66(web: WebApp) -> None:
    page = _page(web, "/json/metadata?op=AddConferenceMember")
    sections = re.findall(r'<h2 id="(\w+)">', page)
    assert "SessionInfo" == sections[0]
    assert {"SessionMemberInfo", "SessionMemberRoles", "CustomerBreadcrumb"} < set(sections)
    assert "<code>List&lt;SessionMemberInfo&gt;</code>" in page
    assert "<code>Caller</code>, <code>Agent</code>, <code>Transfer</code>" in page


def test_unknown_operation_is_404_c66(web: WebApp) -> None:
    assert 404 == web.client.get("/json/metadata?op=Nothing").status_code
    assert 404 == web.client.get("/yaml/metadata?op=GetSession").status_code


def test_what_a_visitor_sends_is_not_shown_c66(web: WebApp) -> None:
    page = _page(web, "/json/metadata?op=GetSession&lang=<b>x</b>")
    assert "<b>" not in page


@FORMATS
def test_sample_can_be_sent_as_it_is_c66(web: WebApp, kind: Format) -> None:
    (row,) = [row for row in TABLE if row.name == "AddConferenceMember"]
    sample = sample_request(row, kind)
    headers = {"Content-Type": f"application/{kind}", "Accept": f"application/{kind}"}
    if kind is Format.CSV:
        headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    response = web.api(sample.verb, sample.path, data=sample.body, headers=headers)
    assert 200 == response.status_code, response.text
    (_, (*_, asked)) = web.calls.calls[0]
    assert ("CA02", "+12025550100") == (asked.call_sid, asked.destination)


@ROWS
@FORMATS
def test_body_of_every_sample_can_be_read_and_bound_c66(row: Operation[Any], kind: Format) -> None:
    body = sample_request(row, kind).body
    if body is not None:
        read = {name.lower(): value for name, value in _READERS[kind](body.encode()).items()}
        keys = [str(part.data_key) for part in row.request_schema.fields.values()]
        row.request_schema.load({key: read[key.lower()] for key in keys if key.lower() in read})


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("typescript", "export class AddConferenceMember implements IReturn<SessionInfo>, IPost"),
        ("CSharp", "public partial class AddConferenceMember\n    : IReturn<SessionInfo>, IPost"),
    ],
)
def test_other_languages_stand_in_their_place_too_c67(
    web: WebApp, language: str, head: str
) -> None:  # fmt: skip
    page = _page(web, f"/json/metadata?op=AddConferenceMember&lang={language}")
    assert escape(head) in page
    assert "<th>Data Type</th>" not in page
    assert f'href="/types/{language.lower()}?IncludeTypes=AddConferenceMember"' in page


def test_python_types_stand_in_place_of_the_parameters_c67(web: WebApp) -> None:
    page = _page(web, "/json/metadata?op=AddConferenceMember&lang=python")
    assert "class AddConferenceMember(IReturn[SessionInfo], IPost):" in page
    assert "class SessionInfo(EntityInfo):" in page
    assert "<th>Data Type</th>" not in page
    assert "The package brings" in _page(web, "/json/metadata?op=Authenticate&lang=python")
