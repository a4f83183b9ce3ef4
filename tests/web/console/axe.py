"""What axe-core says of a page: the rules of WCAG 2.2 A and AA, and its best practices."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ALL = {"type": "tag", "values": _TAGS}
_LOOKS = {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}


def flaws(page: Page) -> list[str]:
    """Each rule that is broken, and where."""
    return _broken(page, _ALL)


def flaws_of_looks(page: Page) -> list[str]:
    """The same of those rules that depend on colours and sizes alone."""
    return _broken(page, _LOOKS)


def _broken(page: Page, only: dict[str, object]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)  # half a megabyte, once for each page
    options = json.dumps({"runOnly": only, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run({options}).then(({{ violations }}) => violations)")
    return [
        f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'])}" for one in found
    ]
