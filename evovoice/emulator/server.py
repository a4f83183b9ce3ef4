"""The server: the emulator as a process of its own, in real time over HTTP."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from evovoice.emulator import cli_call
from evovoice.emulator.audio.process import AudioProcess, is_installed
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.fields import Unclear
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.http.control import Control
from evovoice.emulator.http.driver import Driver
from evovoice.emulator.http.options import ServerOptions, parse_options
from evovoice.emulator.http.rest_endpoint import RestEndpoint
from evovoice.emulator.http.signal_endpoint import SignalEndpoint
from evovoice.emulator.scenario import set_up
from evovoice.emulator.state.account import Account

_BACKLOG = 1024


def main(argv: Sequence[str] | None = None) -> int:
    """`call ...` places a call with a running emulator; everything else starts one."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["call"]:
        return cli_call.main(arguments[1:])
    return serve(arguments[1:] if arguments[:1] == ["serve"] else arguments)


def serve(argv: Sequence[str]) -> int:
    """Listen until SIGTERM or SIGINT."""
    options = parse_options(argv)
    try:
        exchange = build_exchange(options)
        asyncio.run(_run(options, exchange))
    except Unclear as error:
        sys.stderr.write(f"emulator cannot start: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"emulator cannot listen: {error}\n")
        return 1
    return 0


async def _run(options: ServerOptions, exchange: Exchange) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    driver = Driver(exchange, _speed(options), AddressMap(dict(options.addresses)))
    sound = AudioProcess(driver.catch_up, driver.pulse, dict(options.addresses))
    if is_installed():
        exchange.media.attach(sound)
    app = build_app(driver, options, sound.wake if is_installed() else _nothing)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port, backlog=_BACKLOG)
        await site.start()
        driver.pulse()
        exchange.network.address = _address(runner, options)
        _announce(runner, options.host, exchange)
        await stop.wait()
    finally:
        await driver.close()
        await runner.cleanup()
        await sound.close()


def build_exchange(options: ServerOptions) -> Exchange:
    """The exchange the options describe, starting now."""
    account = Account(options.account_sid, options.auth_token, dict(options.api_keys))
    account.verified.update(options.verified)
    account.standing = options.standing
    seed = int.from_bytes(os.urandom(8)) if options.seed is None else options.seed
    now = datetime.now(UTC)
    exchange = Exchange(account, options.choices, now, seed, options.log_size)
    exchange.gateway.wall_clock = time.time
    for number, voice in options.numbers:
        exchange.set_number(number, voice)
    for sid, voice in options.applications:
        exchange.set_application(sid, voice)
    if options.hold_phones:
        phones = exchange.network.phones
        phones.default = replace(phones.default, outcome="silent")
    _prepare(exchange, options)
    return exchange


def _prepare(exchange: Exchange, options: ServerOptions) -> None:
    """The scenario first; the command line has the last word."""
    if options.scenario is not None:
        set_up(exchange, options.scenario)
    exchange.chaos.add(options.chaos)
    if options.chaos_seed is not None:
        exchange.chaos.reseed(options.chaos_seed)


def _speed(options: ServerOptions) -> float:
    if options.speed is not None:
        return options.speed
    planned = options.scenario.speed if options.scenario else None
    return 1.0 if planned is None else planned


def build_app(
    driver: Driver, options: ServerOptions, page_opened: Callable[[], None]
) -> web.Application:
    """Twilio's address and the control address."""
    app = web.Application()
    Control(driver, options.allowed_hosts).add_routes(app)
    SignalEndpoint(driver, opened=page_opened).add_routes(app)
    app.router.add_route("*", r"/{path:[\s\S]*}", RestEndpoint(driver, options.latency).serve)
    return app


def _nothing() -> None:
    """A page is there, and no sound to wake."""


def _address(runner: web.AppRunner, options: ServerOptions) -> str:
    """Under which applications find the sounds of recordings: a container by its name."""
    name = next(iter(sorted(options.allowed_hosts)), options.host)
    return f"http://{name}:{runner.addresses[0][1]}"


def _announce(runner: web.AppRunner, host: str, exchange: Exchange) -> None:
    address = f"http://{host}:{runner.addresses[0][1]}"
    sys.stdout.write(f"emulator listening on {address}\n")
    sys.stdout.write(f"who is in which call: {address}/_emulator/\n")
    if exchange.network.media.absence:
        sys.stdout.write(f"{exchange.network.media.absence}\n")
    if exchange.chaos.rules:
        seed = exchange.chaos.seed
        sys.stdout.write(f"chaos seed {seed} (the same again: --chaos-seed {seed})\n")
    sys.stdout.flush()
