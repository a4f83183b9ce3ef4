"""What axe-core says of a page: the rules of WCAG 2.2 A and AA, and its best practices."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()


def flaws(page: Page) -> list[str]:
    """Each rule that is broken, and where."""
    found = _AXE.run(page, options={"runOnly": {"type": "tag", "values": _TAGS}})
    return [
        f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in found.response["violations"]
    ]
