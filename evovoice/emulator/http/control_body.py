"""What the handlers of the control address share: their shape, and the JSON they read."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from evovoice.emulator.http import control_json
from evovoice.emulator.rest.messages import JsonObject

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Route = tuple[str, str, Handler]


async def read_bytes(request: web.Request) -> bytes:
    """The body, or what is wrong with it: not compressed as its header says, or broken off."""
    try:
        return await request.read()
    except web.RequestPayloadError as error:
        raise control_json.Unreadable("the body cannot be read") from error


async def read_body(request: web.Request) -> JsonObject:
    """The JSON object of a request, or what is wrong with it."""
    body = await read_bytes(request)
    try:
        wish = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise control_json.Unreadable("the body is not JSON") from error
    if not isinstance(wish, dict):
        raise control_json.Unreadable("the body is not a JSON object")
    return wish
