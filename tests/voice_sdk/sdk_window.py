"""A window with a page that runs the SDK with no option at all, as at Twilio itself."""

import time
from typing import Any

import jwt
import pytest
from playwright.sync_api import BrowserContext, Page, Route
from playwright.sync_api import TimeoutError as Late

from evovoice.web.console.sounds import sound
from tests.emulator.outside_emulator import ACCOUNT

APPLICATION = "AP" + "d" * 32
KEY, SECRET = "SK" + "e" * 32, "signs the access tokens of these pages"
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
# The SDK opens a socket to Twilio's gateway; a browser cannot be told that it is on this machine
# without a certificate, so its address is exchanged where the socket is opened.
_TO_THE_EMULATOR = """
  const Plain = window.WebSocket
  window.WebSocket = class extends Plain {
    constructor(address) { super(address.replace(/^wss:\\/\\/[^/]+\\.twilio\\.com/, '%s')) }
  }
"""


def token(identity: str = "ann", ttl: int = 3600, secret: str = SECRET) -> str:
    """As an application makes it."""
    now = int(time.time())
    voice = {"incoming": {"allow": True}, "outgoing": {"application_sid": APPLICATION}}
    grants = {"identity": identity, "voice": voice}
    claims = {"iss": KEY, "sub": ACCOUNT, "nbf": now, "exp": now + ttl, "grants": grants}
    return jwt.encode(claims, secret, "HS256", {"cty": "twilio-fpa;v=1"})


class SdkWindow:
    """What a test asks of the SDK, and what the SDK tells."""

    def __init__(self, context: BrowserContext, page_address: str, emulator: str) -> None:
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.add_init_script(_TO_THE_EMULATOR % emulator.replace("http:", "ws:"))
        self.page.route("https://sdk.twilio.com/**", _sound)
        self.page.route("https://eventgw.twilio.com/**", _event)
        self._address = page_address
        self.page.goto(page_address)

    def start(self, shown: str) -> None:
        """Make the Device and register it."""
        self.page.evaluate("token => start(token)", shown)
        self.page.evaluate("void device.register().catch(() => {})")

    def ready(self, identity: str) -> "SdkWindow":
        """Registered under that identity."""
        self.start(token(identity))
        self.sees("registered")
        return self

    def dial(self, **params: str) -> None:
        """As the page of a person who calls."""
        self.page.evaluate("params => void dial(params)", params)

    def sees(self, name: str) -> Any:
        """Waits for that event and forgets it; its detail."""
        script = "name => seen.findIndex(([one]) => one === name) + 1"
        try:
            place = self.page.wait_for_function(script, arg=name, polling=20).json_value()
        except Late:
            pytest.fail(f"no {name} but {self.seen()}")
        return self.page.evaluate("place => seen.splice(place - 1, 1)[0][1]", place)

    def seen(self) -> list[list[Any]]:
        """What came and was not waited for yet."""
        found: list[list[Any]] = self.page.evaluate("seen")
        return found

    def does(self, script: str) -> Any:
        """Something of the `device` or its latest `call`."""
        return self.page.evaluate(script)

    def close(self) -> None:
        """No script of the page may have failed."""
        self.page.close()
        assert [] == self.faults


def _sound(route: Route) -> None:
    route.fulfill(body=sound("dtmf1"), content_type="audio/wav", headers=_ANY_ORIGIN)


def _event(route: Route) -> None:
    route.fulfill(json={}, headers={**_ANY_ORIGIN, "Access-Control-Allow-Headers": "*"})
