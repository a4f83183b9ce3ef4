"""Every block of docs/dial-button.md, run as it stands, in a browser against the whole service."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession

from evovoice.demo.cast import COLLEAGUE, CUSTOMER, Cast
from evovoice.demo.processes import Processes
from tests.browser import chromium, window

__all__ = ["chromium"]

pytestmark = pytest.mark.browser
_PAGE = Path(__file__).parents[2] / "docs/dial-button.md"
_BLOCK = re.compile(r"^```js(?P<who> supervisor)?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_BOTH_WINDOWS = 2  # blocks: asking and listening
CONSULTED, BUSY, MOBILE = "+13125550177", "+13125550188", "+13125550166"
PASSWORD = "horse correct"


class Console:
    """A page of the service's own origin, signed in, in which one block follows the other."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools

    def run(self, code: str) -> Any:
        """Run it at the top level, where names live on; the value of its last expression."""
        answer = self._devtools.send(
            "Runtime.evaluate",
            {
                "expression": code, "replMode": True, "awaitPromise": True,
                "returnByValue": True,
            },
        )  # fmt: skip
        assert "exceptionDetails" not in answer, f"{code}\n{answer['exceptionDetails']}"
        return answer["result"].get("value")


@contextmanager
def signed_in(browser: Browser, base: str, email: str) -> Iterator[Console]:
    """A window of that user's."""
    with window(browser, harmless="Failed to load resource") as page:
        page.goto(f"{base}/docs")
        console = Console(page.context.new_cdp_session(page))
        body = f"{{userName: '{email}', password: '{PASSWORD}'}}"
        console.run(
            "(await fetch('/auth/credentials', {method: 'POST',"
            f" headers: {{'Content-Type': 'application/json'}}, body: JSON.stringify({body})}})).ok"
        )
        yield console
        console.run("stream.close()")
        page.goto("about:blank")


@pytest.fixture(scope="module")
def agent(processes: Processes, cast: Cast) -> str:
    """The e-mail address of Cat, whom no number rings, and whose device answers at once."""
    (account,) = processes.command("account", "list")["accounts"]
    words = ("user", "add", "Cat", "--account", account["id"], "--email", "cat@acme.test")
    cat = processes.command(*words, "--password", PASSWORD)
    for address in (f"client:{cat['identity']}", CUSTOMER, COLLEAGUE, CONSULTED, MOBILE):
        cast.phone(address, answer_after=0)
    cast.stage.put(f"/_emulator/phones/{BUSY}", {"outcome": "busy"})
    return "cat@acme.test"


@pytest.mark.usefixtures("manager_key")
def test_every_block_of_the_page_does_what_it_says(
    chromium: Browser, cast: Cast, agent: str
) -> None:
    """What a block waits for has to happen; what it reads is looked at here, once at the end."""
    blocks = [(bool(one["who"]), one["code"]) for one in _BLOCK.finditer(_PAGE.read_text())]
    assert _PAGE.read_text().count("```js") == len(blocks)
    base = cast.api.base
    with (
        signed_in(chromium, base, agent) as console,
        signed_in(chromium, base, "eve@acme.test") as supervisor,
    ):
        for _, code in blocks[:_IN_BOTH_WINDOWS]:
            supervisor.run(code)
        for is_supervisors, code in blocks:
            (supervisor if is_supervisors else console).run(code)
        seen = console.run(
            "({label, found, reasonCode, next, reason, refusal, managersOnly, agentState,"
            " users: users.map(one => one.name),"
            " mayEnd: isEnabled('EndSession')})"
        )
    assert seen == {
        "label": f"Call {COLLEAGUE} (US) as +14155550100",
        "found": f"2 of 3 Reached, not reached: {BUSY}: busy",
        "reasonCode": "busy",
        "next": "retry",
        "reason": "The line is busy",
        "refusal": "UnknownAgent",
        "managersOnly": True,
        "agentState": "Ready",
        "users": ["Eve"],
        "mayEnd": True,
    }
