"""Twilio's own address: /2010-04-01/... over HTTP."""

import asyncio
import json
from email.utils import format_datetime
from urllib.parse import parse_qsl

from aiohttp import web

from evovoice.emulator.http.driver import Driver
from evovoice.emulator.rest.errors import error_response
from evovoice.emulator.rest.faults import Broken
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse

_LONGEST_HANG = 60.0
_LOOK_EVERY = 0.05


class RestEndpoint:
    """`latency` is how long each answer stays on its way; the effect is immediate."""

    def __init__(self, driver: Driver, latency: float) -> None:
        self._driver = driver
        self._latency = latency

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One REST request."""
        try:
            asked = await _read(request)
        except web.RequestPayloadError:
            return _unreadable()
        self._driver.catch_up()
        outcome = self._driver.exchange.handle(asked)
        dated = {"Date": format_datetime(self._driver.exchange.network.clock.now(), usegmt=True)}
        self._driver.pulse()
        late = self._latency + (outcome.after if isinstance(outcome, RestResponse) else 0.0)
        if late:
            await asyncio.sleep(late)
        if isinstance(outcome, Broken):
            return await _break(request, outcome)
        if outcome.sound is not None:
            return web.Response(
                body=outcome.sound.content, content_type=outcome.sound.content_type, headers=dated
            )
        if outcome.body is None:
            return web.Response(status=outcome.status, headers=dated)
        text = json.dumps(outcome.body).encode()
        return web.Response(
            status=outcome.status, body=text, content_type="application/json", headers=dated
        )


async def _read(request: web.Request) -> RestRequest:
    address = request.rel_url
    fields = parse_qsl(address.raw_query_string, keep_blank_values=True)
    if request.method == "POST":
        body = (await request.read()).decode(errors="replace")
        fields += parse_qsl(body, keep_blank_values=True)
    authorization = request.headers.get("Authorization")
    return RestRequest(request.method, address.raw_path, Form(fields), authorization)


def _unreadable() -> web.Response:
    """The body is not compressed as its header says, or breaks off."""
    refused = error_response(20001, "The body of the request cannot be read", 400)
    return web.json_response(refused.body, status=refused.status)


async def _break(request: web.Request, broken: Broken) -> web.StreamResponse:
    """No answer: the client waits, or finds the connection reset."""
    transport = request.transport
    waited = 0.0
    while broken.kind == "read-timeout" and waited < _LONGEST_HANG:
        if transport is None or transport.is_closing():
            break
        await asyncio.sleep(_LOOK_EVERY)
        waited += _LOOK_EVERY
    if transport is not None:
        transport.abort()
    return web.Response(status=500)
