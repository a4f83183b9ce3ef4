"""The page to read and to try the API: complete, true, and in need of nobody else."""

import re

from evovoice.web.operations import TABLE
from tests.web.doubles import WebApp


def _page(web: WebApp) -> str:
    response = web.client.get("/docs")
    assert 200 == response.status_code
    assert "text/html; charset=utf-8" == response.headers["Content-Type"]
    return response.text


def test_page_lists_every_operation_with_every_field(web: WebApp) -> None:
    page = _page(web)
    for row in TABLE:
        entry = page.partition(f'<details class="op card" id="{row.name}">')[2]
        entry = entry.partition("</details>")[0]
        assert f'data-verb="{row.verbs[0]}" data-route="{row.routes[0]}"' in entry
        keys = {str(part.data_key) for part in row.request_schema.fields.values()}
        path = set(re.findall(r"{(\w+)}", " ".join(row.routes[1:]))) - set(
            re.findall(r"{(\w+)}", row.routes[0])
        )
        assert keys - path <= set(re.findall(r'name="([\w-]+)"', entry)), row.name


def test_page_is_grouped_and_explains_its_types(web: WebApp) -> None:
    page = _page(web)
    assert ["Conference", "Sessions", "Signing in", "Devices"] == re.findall(
        r'<section class="group">\s*<h2>([^<]+)</h2>', page
    )[:4]
    assert 'id="type-SessionInfo"' in page
    assert "The parties: while the call lives" in page


def test_page_lets_nothing_in_from_elsewhere(web: WebApp) -> None:
    response = web.client.get("/docs")
    policy = response.headers["Content-Security-Policy"]
    (nonce,) = re.findall("script-src 'nonce-([^']+)'", policy)
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert [f'<script nonce="{nonce}" src="/docs/page.js" defer>'] == re.findall(
        "<script[^>]*>", response.text
    )
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', response.text)


def test_script_comes_from_the_package(web: WebApp) -> None:
    response = web.client.get("/docs/page.js")
    assert "text/javascript; charset=utf-8" == response.headers["Content-Type"]
    assert "innerHTML" not in response.text
