"""Bodies that nobody sane sends, in every format: refused in the shape and format of the answer."""

import codecs
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evovoice.storage.migrations.upgrade import upgrade
from evovoice.web.servicestack.formats.jsv_format import read_jsv
from tests.web.doubles import MEMBERS, WebApp, web_app
from tests.web.site import Site

TYPES = {
    "json": "application/json", "xml": "application/xml", "jsv": "application/jsv",
    "csv": "text/csv", "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data; boundary=b",
}  # fmt: skip
_SENT = {"application/json; charset=utf-8", "application/xml", "application/jsv", "text/csv"}
_GOOD = {
    "json": '{"destination":"x"}', "xml": "<X><Destination>x</Destination></X>",
    "jsv": "{destination:x}", "csv": "Destination\nx\n", "form": "destination=x",
    "multipart": '--b\r\nContent-Disposition: form-data; name="destination"\r\n\r\nx\r\n--b--\r\n',
}  # fmt: skip


def _part(name: str, value: str) -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


_NAMES = [f"n{number}" for number in range(1001)]
HOSTILE: dict[str, dict[str, str | bytes]] = {
    "xml": {
        "deep": "<a>" * 20_000, "deep and closed": "<a>" * 9_000 + "</a>" * 9_000,
        "deep in a field": "<X><Destination>" + "<a>" * 40 + "</a>" * 40 + "</Destination></X>",
        "entity": '<!DOCTYPE X [<!ENTITY e "x">]><X><Destination>&e;</Destination></X>',
        "external entity": '<!DOCTYPE X [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        "<X><Destination>&e;</Destination></X>",
        "laughs": '<!DOCTYPE X [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
        "<X><Destination>&c;</Destination></X>",
        "bare document type": "<!DOCTYPE X><X><Destination>x</Destination></X>",
        "foreign document type": '<!DOCTYPE X SYSTEM "http://127.0.0.1/x.dtd"><X/>',
        "NUL": "<X><Destination>a\0b</Destination></X>", "NUL by number": "<X>&#0;</X>",
        "surrogate by number": "<X><Destination>&#xD83D;</Destination></X>",
        "control character": "<X><Destination>\x01</Destination></X>",
        "open": "<X><Destination>x", "crossed": "<X><A></X></A>", "two roots": "<X/><Y/>",
        "no root": "x", "open attribute": '<X a="', "open comment": "<X><!-- ",
        "open section": "<X><Destination><![CDATA[x", "nested value": "<X><Destination><a/>"
        "</Destination></X>", "unknown prefix": "<x:X/>", "two BOMs": "\ufeff\ufeff<X/>",
        "1,001 fields": "<X>" + "".join(f"<{n}/>" for n in _NAMES) + "</X>",
        "many attributes": "<X " + " ".join(f'{n}="x"' for n in _NAMES) + "/>",
    },
    "jsv": {
        "deep": "{a:" * 20_000, "deep lists": "[" * 60_000, "open": "{destination:x",
        "deep in a field": "{destination:" + "[" * 40 + "]" * 40 + "}",
        "open quote": '{destination:"x}', "quotes": '"' * 60_001, "escapes": '{a:"' + '""' * 30_000,
        "text after": "{destination:x}y", "NUL": "{destination:a\0b}", "a list": "[destination]",
        "a text": "destination", "nested value": "{destination:{a:b}}", "no colon": "{destination}",
        "crossed": "{destination:[x}]", "two BOMs": "\ufeff\ufeff{destination:x}",
        "1,001 fields": "{" + ",".join(f"{n}:x" for n in _NAMES) + "}",
    },
    "csv": {
        "no line": "Destination", "no line but a break": "Destination\r\n\r\n",
        "too many cells": "Destination\nx,y", "10,000 cells": "Destination\n" + "," * 10_000,
        "open quote": 'Destination\n"x', "text after a quote": 'Destination\n"x"y',
        "open quote in the header": '"Destination\nx', "NUL": "Destination\na\0b",
        "quotes": '"' * 60_001, "1,001 fields": ",".join(_NAMES) + "\n" + ",".join(_NAMES),
        "broken object": '{"destination":', "deep object": '{"a":' * 10_000,
        "two BOMs": "\ufeff\ufeffDestination\nx", "NUL in the header": "Desti\0nation\nx",
    },
    "form": {
        "1,001 fields": "&".join(f"{n}=x" for n in _NAMES), "NUL": "destination=a%00b",
        "half a letter": "destination=%C3", "surrogate": "destination=%ED%A0%80",
        "one name 1,001 times": "&".join(["destination=x"] * 1001),
        "257 characters": "destination=" + "x" * 257, "no destination": "%=%&%zz=%",
    },
    "multipart": {
        "1,001 fields": "".join(_part(n, "x") for n in _NAMES) + "--b--\r\n",
        "NUL": _part("destination", "a\0b") + "--b--\r\n", "open": _part("destination", "x")[:50],
        "no name": "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        "a file": _part('destination"; filename="x', "x") + "--b--\r\n", "no part": "--b--\r\n",
        "no boundary": "destination=x", "endless header": "--b\r\n" + "X-A: b\r\n" * 5_000,
        "long name": _part("x" * 60_000, "x") + "--b--\r\n",
    },
}  # fmt: skip
for _kind, _good in _GOOD.items():
    HOSTILE.setdefault(_kind, {}).update(
        {
            "UTF-16": _good.encode("utf-16"),
            "UTF-16 without BOM": _good.encode("utf-16-le"),
            "UTF-32": _good.encode("utf-32"),
            "Latin-1": _good.replace("x", "ë").encode("latin-1"),
            "half a letter": _good.replace("x", "y").encode() + b"\xc3",
            "surrogate": _good.encode().replace(b"x", b"\xed\xa0\x80"),
            "only a BOM": codecs.BOM_UTF8,
            "only NUL": b"\0",
            "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        }
    )
CASES = [(kind, name) for kind, cases in HOSTILE.items() for name in cases]


def _post(web: WebApp, kind: str, body: str | bytes, accept: str) -> Any:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    headers = {"Accept": accept}
    return web.api("POST", MEMBERS, data=data, content_type=TYPES[kind], headers=headers)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_hostile_body_is_refused_in_shape_and_changes_nothing_c24_c26(
    web: WebApp, kind: str, name: str
) -> None:
    response = _post(web, kind, HOSTILE[kind][name], "application/json")
    assert 400 == response.status_code, response.data
    status = response.get_json()["responseStatus"]
    assert status["errorCode"] in {"SerializationException", "NotEmpty"}
    assert response.headers["X-Request-Id"] == status["meta"]["requestId"]
    assert [] == web.changes


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_hostile_body_is_refused_in_its_own_format_c17_c26(
    web: WebApp, kind: str, name: str
) -> None:
    response = _post(web, kind, HOSTILE[kind][name], "*/*")
    expected = TYPES[kind] if kind in {"xml", "jsv", "csv"} else "application/json; charset=utf-8"
    assert (400, expected) == (response.status_code, response.headers["Content-Type"])
    assert b"SerializationException" in response.data or b"NotEmpty" in response.data


@pytest.mark.parametrize("kind", TYPES)
def test_bom_before_a_good_body_is_forgiven_in_every_format(web: WebApp, kind: str) -> None:
    if kind in {"form", "multipart"}:
        return
    response = _post(web, kind, codecs.BOM_UTF8 + _GOOD[kind].encode(), "")
    assert 200 == response.status_code
    assert "x" == web.calls.calls[0][1][1].destination


@pytest.mark.parametrize("kind", TYPES)
def test_body_over_the_limit_is_413_in_every_format(web: WebApp, kind: str) -> None:
    response = _post(web, kind, _GOOD[kind] + " " * 70_000, "application/jsv")
    assert (413, "application/jsv") == (response.status_code, response.headers["Content-Type"])
    message = read_jsv(response.data)["responseStatus"]
    assert isinstance(message, dict)
    assert "The body may have at most 65536 bytes" == message["message"]


_WEB = web_app()
_GRAMMAR = st.text(st.sampled_from('{}[]<>/!&;:,"=%\\ \r\n\0aX1é\ufeff-'), max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(TYPES)), _GRAMMAR, st.sampled_from([*_SENT, "*/*", "text/html", ""]))
def test_any_body_in_any_format_is_no_fault_of_ours(kind: str, body: str, accept: str) -> None:
    response = _post(_WEB, kind, body, accept)
    assert response.status_code < 500
    assert response.headers["Content-Type"] in _SENT


@given(
    st.sampled_from(["Accept", "Content-Type", "X-HTTP-Method-Override", "Idempotency-Key"]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40),
)
def test_any_header_is_no_fault_of_ours(name: str, value: str) -> None:
    headers = {name: value}
    response = _WEB.api("POST", MEMBERS, data=b'{"destination":"x"}', headers=headers)
    assert response.status_code < 500
    assert response.headers.get("Content-Type", "text/csv") in _SENT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With a database: a path may be that of an operation."""
    url = f"sqlite:///{tmp_path_factory.mktemp('paths') / 'x.db'}"
    upgrade(url)
    site = Site(url)
    site.furnish()
    yield site
    site.database.dispose()


@given(path=st.text(st.sampled_from("/.[]%&?=sapijsonxcvreply{}é\0-"), max_size=40))
@example(path="app/presence")
@example(path="sessions")
def test_any_path_is_no_fault_of_ours(site: Site, path: str) -> None:
    for verb in ("GET", "POST"):
        wire = {"PATH_INFO": ("/" + path).encode().decode("latin-1")}
        headers = {"Authorization": f"Bearer {site.key}"}
        response = site.ask(site.client(), verb, "/", headers=headers, environ_overrides=wire)
        assert response.status_code < 500
        assert response.headers.get("Content-Type", "text/csv") in _SENT


def test_error_that_quotes_half_a_surrogate_is_written_in_every_format(web: WebApp) -> None:
    for kind in ("json", "xml", "jsv", "csv"):
        body = json.dumps({"sessionId": "\ud83d"})
        response = web.api("POST", f"/{kind}/reply/AddConferenceMember", data=body)
        assert 400 == response.status_code
