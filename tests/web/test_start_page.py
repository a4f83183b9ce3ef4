"""What a browser asks for by itself: the address without a path, and the site's icon."""

from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from tests.web.doubles import WebApp, refused

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_browser_is_led_to_a_page_without_signing_in(web: WebApp, verb: str) -> None:
    response = web.client.open("/", method=verb, headers={"Accept": BROWSER})
    assert 303 == response.status_code
    assert b"" == response.data
    assert "no-store" == response.headers["Cache-Control"]
    assert 200 == web.client.get(response.headers["Location"]).status_code


def test_nobody_is_led_to_another_host(web: WebApp) -> None:
    """The Host header is whatever the client writes."""
    headers = {"Accept": BROWSER, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    response = web.client.get("/?next=https://evil.example/", headers=headers)
    assert "/docs" == response.headers["Location"]


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/csv, application/xml"])
def test_program_is_told_that_nothing_is_there(web: WebApp, accept: str) -> None:
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
