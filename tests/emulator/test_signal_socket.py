"""/signal over a real websocket: what in-process tests cannot show."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.media_desk import MediaLegEvents
from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.http.driver import Driver
from evovoice.emulator.http.signal_endpoint import SignalEndpoint
from evovoice.emulator.state.account import Account

from .test_server import TinyApp, app, emulator
from .voice_client import FakeMedia

__all__ = ["app"]

exchanges: list[Exchange] = []  # the one that serves just now
Talk = Callable[[ClientWebSocketResponse], Awaitable[None]]


async def _served(exchange: Exchange, talk: Talk, keep_alive_every: float) -> None:
    driver = Driver(exchange, 0.0, AddressMap({}))
    served = web.Application()
    SignalEndpoint(driver, keep_alive_every).add_routes(served)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/signal"
    try:
        async with ClientSession() as session, session.ws_connect(address) as socket:
            await talk(socket)
    finally:
        await driver.close()
        await runner.cleanup()


def test_a_socket_can_be_cut_as_a_network_does() -> None:
    kinds: list[WSMsgType] = []

    async def talk(socket: ClientWebSocketResponse) -> None:
        await socket.send_str(json.dumps({"type": "listen", "payload": {"token": "a.b.c"}}))
        await socket.receive_str()
        assert exchanges[0].gateway.cut("page-1")
        kinds.append((await socket.receive()).type)

    exchange = _connect(talk)
    assert [WSMsgType.CLOSED] == kinds
    assert not exchange.gateway.cut("page-1")


def test_a_page_that_echoes_nothing_is_gone_after_a_while() -> None:
    """Its machine sleeps: without this it would ring for ever."""

    async def talk(socket: ClientWebSocketResponse) -> None:
        while (await socket.receive()).type is WSMsgType.TEXT:
            pass
        while exchanges[0].gateway.connections:
            await asyncio.sleep(0)

    _connect(talk, keep_alive_every=0.01)


def test_the_server_has_the_socket_at_its_own_address_and_ends_with_pages_connected(
    app: TinyApp,
) -> None:
    async def talk(base: str) -> str:
        async with ClientSession() as session, session.ws_connect(f"{base}/signal") as socket:
            await socket.send_str(json.dumps({"type": "register", "payload": {}}))
            return str(await socket.receive_str())

    with emulator(app) as base:
        assert 31201 == json.loads(asyncio.run(talk(base)))["payload"]["error"]["code"]


def test_the_control_address_sends_a_page_away(app: TinyApp) -> None:
    async def talk(base: str) -> None:
        pages = f"{base}/_emulator/pages"
        async with ClientSession() as session, session.ws_connect(f"{base}/signal") as socket:
            answers = [
                (await session.post(f"{pages}/{path}")).status
                for path in ("page-1/close", "page-9/close", "page-1/wave")
            ]
            assert [200, 409, 400] == answers
            assert "close" == json.loads(await socket.receive_str())["type"]

    with emulator(app) as base:
        asyncio.run(talk(base))


def _connect(talk: Talk, keep_alive_every: float = 60.0) -> Exchange:
    account = Account("AC" + "1" * 32, "token")
    exchange = Exchange(account, Choices(), datetime(2026, 1, 5, tzinfo=UTC), 1)
    exchanges[:] = [exchange]
    asyncio.run(asyncio.wait_for(_served(exchange, talk, keep_alive_every), 20))
    return exchange


def test_messages_go_both_ways_and_a_closed_socket_is_forgotten() -> None:
    heard: list[str] = []

    async def talk(socket: ClientWebSocketResponse) -> None:
        await socket.send_str(json.dumps({"type": "listen", "payload": {"token": "a.b.c"}}))
        heard.append(str(await socket.receive_str()))

    exchange = _connect(talk)
    assert ("error", "1.6") == (json.loads(heard[0])["type"], json.loads(heard[0])["version"])
    assert {} == exchange.gateway.connections


def test_a_silent_socket_is_kept_alive_even_where_time_stands_still() -> None:
    heard: list[str] = []

    async def talk(socket: ClientWebSocketResponse) -> None:
        for _ in range(2):
            heard.append(str(await socket.receive_str()))
            await socket.send_str(heard[-1])

    _connect(talk, keep_alive_every=0.01)
    assert ["\n", "\n"] == heard


def test_time_keeps_real_speed_while_a_page_has_sound_and_the_dial_is_refused() -> None:
    """Nobody can listen ten times as fast; afterwards the dial is where it was."""
    seen: list[float] = []

    async def talk(exchange: Exchange) -> None:
        driver = Driver(exchange, 10.0, AddressMap({}))
        exchange.media.attach(FakeMedia())
        events = MediaLegEvents(lambda _: None, lambda _: None)
        exchange.network.media.make_offer("CA1/page-1", events)
        driver.pulse()
        seen.append(driver.speed)
        driver.set_speed(1.0)
        with pytest.raises(Impossible, match="real speed"):
            driver.set_speed(10.0)
        with pytest.raises(Impossible, match="real speed"):
            await driver.advance(1.0)
        exchange.network.media.close("CA1/page-1")
        driver.pulse()
        seen.append(driver.speed)
        await driver.close()

    account = Account("AC" + "1" * 32, "token")
    asyncio.run(talk(Exchange(account, Choices(), datetime(2026, 1, 5, tzinfo=UTC), 1)))
    assert [1.0, 10.0] == seen
