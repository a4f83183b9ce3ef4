"""The control address /_emulator: what Twilio does not have, for tests and for people."""

from aiohttp import web

from evovoice.emulator import console, snapshot
from evovoice.emulator.chaos import rules_from
from evovoice.emulator.engine import remote_party
from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.http import control_account, control_json, control_page
from evovoice.emulator.http.control_body import Handler, read_body, read_bytes
from evovoice.emulator.http.control_guard import refusal
from evovoice.emulator.http.control_remote_parties import RemotePartyControl
from evovoice.emulator.http.driver import Driver
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.scenario import parse, set_up
from evovoice.emulator.state.account import VoiceSettings, changed
from evovoice.emulator.state.numbers import e164

_FASTEST = 10_000.0
_FARTHEST = 31 * 86_400.0


class Control:
    """No credentials, so loopback only, and names of hosts that were allowed."""

    def __init__(self, driver: Driver, allowed_hosts: frozenset[str] = frozenset()) -> None:
        self._allowed_hosts = allowed_hosts
        self._driver = driver
        self._exchange = driver.exchange
        self._network = driver.exchange.network
        self._people = RemotePartyControl(driver.exchange)

    def add_routes(self, app: web.Application) -> None:
        """Every control route, on one screen."""
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "", control_page.to_page),
            ("GET", "/", control_page.page),
            ("GET", "/page/{name}", control_page.part),
            ("GET", "/imitated", control_page.imitated_list),
            ("GET", "/view", self._view),
            ("GET", "/health", self._health),
            ("GET", "/state", self._state),
            ("GET", "/log", self._log),
            *self._people.routes(),
            ("PUT", "/account", self._account),
            ("PUT", "/numbers/{number}", self._number),
            ("PUT", "/applications/{sid}", self._application),
            ("GET", "/faults", self._faults),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("GET", "/chaos", self._chaos),
            ("POST", "/chaos", self._add_chaos),
            ("DELETE", "/chaos", self._calm),
            ("POST", "/scenario", self._scenario),
            ("POST", "/time", self._time),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, "/_emulator" + path, self._guarded(handler))
        app.router.add_get("/healthz", self._health)

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            obstacle = refusal(request, self._allowed_hosts)
            if obstacle is not None:
                return _error(403, obstacle)
            self._driver.catch_up()
            try:
                return await handler(request)
            except (control_json.Unreadable, Unclear) as error:
                return _error(400, str(error))
            except remote_party.Impossible as error:
                return _error(409, str(error))
            finally:
                self._driver.pulse()

        return guarded

    async def _health(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response({"status": "ok"})

    async def _view(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(console.view(self._exchange, self._driver.speed))

    async def _state(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(snapshot.state(self._network))

    async def _log(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(snapshot.log(self._exchange))

    async def _account(self, request: web.Request) -> web.Response:
        account = self._network.account
        account.standing = control_account.changed_standing(
            account.standing, Fields("account", await read_body(request))
        )
        return web.json_response(control_account.standing_view(account.standing))

    async def _number(self, request: web.Request) -> web.Response:
        name = e164(request.match_info["number"])
        if name is None:
            raise control_json.Unreadable("this is no telephone number such as +15550001111")
        old = self._network.account.numbers.get(name)
        wish = await read_body(request)
        voice = _voice(wish, old.voice if old else VoiceSettings())
        region = control_json.optional_text(wish, "region")
        return web.json_response({"sid": self._exchange.set_number(name, voice, region).sid})

    async def _application(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        old = self._network.account.applications.get(sid)
        voice = _voice(await read_body(request), old.voice if old else VoiceSettings())
        return web.json_response({"sid": self._exchange.set_application(sid, voice).sid})

    async def _faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        book = self._exchange.rest_api.faults
        faults = [control_json.fault_view(order) for order in book.orders]
        return web.json_response({"seed": book.seed, "faults": faults})

    async def _add_fault(self, request: web.Request) -> web.Response:
        order = control_json.fault_request(await read_body(request))
        self._exchange.rest_api.faults.add(order.method, order.path, order.fault, order.count)
        return web.json_response({"seed": self._exchange.rest_api.faults.seed}, status=201)

    async def _clear_faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        self._exchange.rest_api.faults.clear()
        return web.json_response({})

    async def _chaos(self, request: web.Request) -> web.Response:  # noqa: ARG002
        chaos = self._exchange.chaos
        rules = [console.rule_view(rule) for rule in chaos.rules]
        return web.json_response({"seed": chaos.seed, "rules": rules})

    async def _add_chaos(self, request: web.Request) -> web.Response:
        wish = await read_body(request)
        seed = wish.pop("seed", None)
        if isinstance(seed, int):
            self._exchange.chaos.reseed(seed)
        if wish:
            self._exchange.chaos.add(rules_from(Fields("chaos", wish)))
        return await self._chaos(request)

    async def _calm(self, request: web.Request) -> web.Response:
        self._exchange.chaos.clear()
        return await self._chaos(request)

    async def _scenario(self, request: web.Request) -> web.Response:
        text = await read_bytes(request)
        try:
            scenario = parse(text.decode())
        except ValueError as error:
            raise Unclear(str(error)) from error
        set_up(self._exchange, scenario)
        if scenario.speed is not None:
            self._driver.set_speed(scenario.speed)
        return web.json_response({})

    async def _time(self, request: web.Request) -> web.Response:
        wish = await read_body(request)
        speed, advance = (
            control_json.seconds(wish, "speed"),
            control_json.seconds(wish, "advance") or 0.0,
        )
        if (speed or 0.0) > _FASTEST or advance > _FARTHEST:
            raise control_json.Unreadable(f"speed is at most {_FASTEST:g}, advance {_FARTHEST:g}")
        if speed is not None:
            self._driver.set_speed(speed)
        await self._driver.advance(advance)
        now = self._network.clock.now().isoformat()
        return web.json_response({"now": now, "speed": self._driver.speed})


def _voice(wish: JsonObject, old: VoiceSettings) -> VoiceSettings:
    return changed(
        old,
        voice_url=control_json.optional_text(wish, "voiceUrl"),
        voice_fallback_url=control_json.optional_text(wish, "voiceFallbackUrl"),
        status_callback=control_json.optional_text(wish, "statusCallback"),
        voice_method=control_json.optional_method(wish, "voiceMethod"),
    )


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
