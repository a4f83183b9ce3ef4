"""What a browser asks for by itself: the address without a path, and the site's icon (C118)."""

from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from tests.web.doubles import WebApp, refused

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/", "/history"])
@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_browser_gets_the_console_without_signing_in_c118(
    web: WebApp, verb: str, path: str
) -> None:  # fmt: skip
    response = web.client.open(path, method=verb, headers={"Accept": BROWSER})
    assert (200, "text/html; charset=utf-8") == (
        response.status_code, response.headers["Content-Type"]
    )  # fmt: skip
    assert ("no-store", verb == "GET") == (
        response.headers["Cache-Control"], b"/main.js" in response.data
    )  # fmt: skip
    assert {"script-src 'self'", "trusted-types 'none'"} <= set(
        response.headers["Content-Security-Policy"].split("; ")
    )


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/csv, application/xml"])
def test_program_is_told_that_nothing_is_there_c118(web: WebApp, accept: str) -> None:
    response = web.client.get("/?format=json", headers={"Accept": accept})
    assert "Nothing answers GET /" == refused(response, 404, "NotFound")


def test_other_verbs_are_refused(web: WebApp) -> None:
    response = web.client.post("/", headers={"Accept": BROWSER})
    assert "GetStartPage takes GET, HEAD" == refused(response, 405, "MethodNotAllowed")


def test_icon_is_a_picture_that_browsers_keep(web: WebApp) -> None:
    response = web.client.get("/favicon.ico")
    assert 200 == response.status_code
    assert "image/svg+xml" == response.headers["Content-Type"]
    assert "public, max-age=86400" == response.headers["Cache-Control"]
    picture: Element = ElementTree.fromstring(response.data)
    assert "{http://www.w3.org/2000/svg}svg" == picture.tag


@pytest.mark.parametrize("path", ["/docs", "/metadata", "/json/metadata?op=GetSession"])
def test_pages_name_the_icon_and_may_load_it(web: WebApp, path: str) -> None:
    response = web.client.get(path)
    assert '<link rel="icon" href="/favicon.ico" type="image/svg+xml">' in response.text
    assert "img-src 'self'" in response.headers["Content-Security-Policy"]
