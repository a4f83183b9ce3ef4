"""Two pages at a running emulator: signalling, engine and sound together."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import jwt
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from .audio_far_end import PATIENCE, FarEnd
from .outside_emulator import ACCOUNT, ask, emulator
from .test_server import TinyApp

APPLICATION = "AP" + "d" * 32
KEY, SECRET = "SK" + "d" * 32, "signs the access tokens of these pages"
RINGING = (440.0, 480.0)
ANN, BOB = 620.0, 1290.0


class _App(TinyApp):
    def document(self, path: str) -> str:
        dial = "<Say>hello</Say><Dial timeout='120'><Client>bob</Client></Dial>"
        return f"<Response>{dial}</Response>" if path == "/out" else "<Response/>"


@pytest.fixture
def app() -> Iterator[_App]:
    """The application, listening."""
    app = _App()
    thread = threading.Thread(target=app.server.serve_forever, args=(0.01,))
    thread.start()
    yield app
    app.server.shutdown()
    thread.join()
    app.server.server_close()


class _Page:
    """What the SDK and its browser do."""

    def __init__(self, socket: ClientWebSocketResponse, pitch: float) -> None:
        self._socket = socket
        self.end = FarEnd(pitch)

    async def say(self, kind: str, **payload: object) -> None:
        frame = {"type": kind, "version": "1.6", "payload": payload}
        await self._socket.send_str(json.dumps(frame))

    async def told(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self._socket.receive()
                assert message.type is WSMsgType.TEXT, message
                frame = json.loads(message.data) if message.data.strip() else {"type": "alive"}
                assert frame["type"] not in {"error", "hangup"}, frame
                if frame["type"] == kind:
                    return dict(frame["payload"])


@asynccontextmanager
async def _page(base: str, identity: str, pitch: float) -> AsyncIterator[_Page]:
    async with ClientSession() as session, session.ws_connect(f"{base}/signal") as socket:
        page = _Page(socket, pitch)
        await page.say("listen", token=_token(identity))
        await page.say("register", media={"audio": True})
        await page.told("ready")
        try:
            yield page
        finally:
            await page.end.close()


def _token(identity: str) -> str:
    now = int(time.time())
    outgoing = {"application_sid": APPLICATION}
    voice = {"incoming": {"allow": True}, "outgoing": outgoing}
    grants = {"identity": identity, "voice": voice}
    claims = {"iss": KEY, "sub": ACCOUNT, "nbf": now, "exp": now + 600, "grants": grants}
    return jwt.encode(claims, SECRET, "HS256", {"cty": "twilio-fpa;v=1"})


async def _talk(base: str) -> None:
    async with _page(base, "ann", ANN) as ann, _page(base, "bob", BOB) as bob:
        params = {"params": urlencode({"To": "bob"})}
        offer = await ann.end.offer()
        await ann.say("invite", callsid="TJS1", sdp=offer, twilio=params)
        answer = await ann.told("answer")
        await ann.end.take_answer(answer["sdp"])
        await ann.end.hears(*RINGING)
        with pytest.raises(HTTPError, match="409"):
            await asyncio.to_thread(ask, "POST", f"{base}/_emulator/time", {"speed": 10})
        invite = await bob.told("invite")
        await bob.say("answer", callsid=invite["callsid"], sdp=await bob.end.answer(invite["sdp"]))
        await asyncio.gather(ann.end.hears(BOB), bob.end.hears(ANN))


def test_a_page_hears_that_it_rings_and_then_whom_it_called(app: _App) -> None:
    """While they talk time keeps real speed, and says so to whoever would turn it."""
    application = ["--application", f"{APPLICATION}={app.base}/out"]
    patient = ["--choose", "media_patience=60"]  # sound takes a while to start on a busy machine
    with emulator(*application, *patient, "--api-key", f"{KEY}:{SECRET}") as base:
        asyncio.run(_talk(base))
