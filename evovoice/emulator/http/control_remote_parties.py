"""Control routes for remote parties: their calls, their devices, how their phones behave."""

from aiohttp import web

from evovoice.emulator import console
from evovoice.emulator.browser import Browser
from evovoice.emulator.engine import remote_party
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.fields import Fields
from evovoice.emulator.http import control_json
from evovoice.emulator.http.control_body import Route, read_body
from evovoice.emulator.scenario import character_change
from evovoice.emulator.spoken import utterance_of
from evovoice.emulator.state.account import HOME_REGION

_CALL_ACTS = {
    "answer": remote_party.answer,
    "busy": remote_party.busy,
    "hangup": remote_party.hang_up,
    "reject": remote_party.reject,
}


class RemotePartyControl:
    """The person on a leg acts, or somebody calls."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._network = exchange.network

    def routes(self) -> list[Route]:
        """Method, path below the control address, handler."""
        return [
            ("POST", "/calls", self._place_call),
            ("POST", "/calls/{sid}/keys", self._press),
            ("POST", "/calls/{sid}/speech", self._speak),
            ("POST", "/calls/{sid}/{act}", self._act),
            ("POST", "/devices/{identity}/connect", self._connect),
            ("PUT", "/devices/{identity}/{name}", self._register),
            ("DELETE", "/devices/{identity}/{name}", self._unregister),
            ("POST", "/devices/{identity}/{name}/{act}", self._device_act),
            ("POST", "/pages/{name}/{act}", self._page_act),
            ("GET", "/phones", self._phones),
            ("PUT", "/phones/{address}", self._phone),
        ]

    async def _place_call(self, request: web.Request) -> web.Response:
        wish = await read_body(request)
        from_, to = control_json.text(wish, "from"), control_json.text(wish, "to")
        patience, digits = (
            control_json.seconds(wish, "hangUpAfter"),
            control_json.optional_text(wish, "digits"),
        )
        leg = remote_party.place_call(self._network, from_, to, patience, digits or "")
        return web.json_response({"callSid": leg.sid}, status=201)

    async def _connect(self, request: web.Request) -> web.Response:
        wish = await read_body(request)
        default = next(iter(self._network.account.applications), "")
        application = str(wish.get("application") or default)
        identity, params = request.match_info["identity"], control_json.params(wish)
        region = control_json.optional_text(wish, "region") or HOME_REGION
        leg = remote_party.connect_device(self._network, identity, application, params, region)
        return web.json_response({"callSid": leg.sid}, status=201)

    async def _act(self, request: web.Request) -> web.Response:
        act = _CALL_ACTS.get(request.match_info["act"])
        if act is None:
            raise control_json.Unreadable(
                f"the last word is one of {', '.join(_CALL_ACTS)}, keys, speech"
            )
        act(self._network, request.match_info["sid"])
        return web.json_response({})

    async def _press(self, request: web.Request) -> web.Response:
        digits = control_json.text(await read_body(request), "digits")
        remote_party.press_keys(self._network, request.match_info["sid"], digits)
        return web.json_response({})

    async def _speak(self, request: web.Request) -> web.Response:
        fields = Fields("speech", await read_body(request))
        utterance = utterance_of(fields)
        fields.done()
        remote_party.speak(self._network, request.match_info["sid"], utterance)
        return web.json_response({})

    async def _phones(self, request: web.Request) -> web.Response:  # noqa: ARG002
        known = [console.phone_view(name, one) for name, one in self._network.phones]
        return web.json_response({"phones": known})

    async def _phone(self, request: web.Request) -> web.Response:
        address, phones = request.match_info["address"], self._network.phones
        change = character_change(Fields("phone", await read_body(request)))
        phones.put(address, change(phones.at(address)))
        return web.json_response(console.phone_view(address, phones.at(address)))

    async def _register(self, request: web.Request) -> web.Response:
        self._browser(request)
        return web.json_response({})

    async def _unregister(self, request: web.Request) -> web.Response:
        self._browser(request).close()
        return web.json_response({})

    async def _device_act(self, request: web.Request) -> web.Response:
        """R19: one of several devices of an identity accepts or rejects."""
        browser, act = self._browser(request), request.match_info["act"]
        if act == "accept":
            return web.json_response({"callSid": browser.accept()})
        if act != "reject":
            raise control_json.Unreadable("the last word is accept or reject")
        browser.reject()
        return web.json_response({})

    async def _page_act(self, request: web.Request) -> web.Response:
        """The socket of a page with Twilio's SDK breaks, or the page is sent away."""
        gateway, name = self._exchange.gateway, request.match_info["name"]
        acts = {"cut": gateway.cut, "close": gateway.dismiss}
        act = acts.get(request.match_info["act"])
        if act is None:
            raise control_json.Unreadable(f"the last word is one of {', '.join(acts)}")
        if not act(name):
            raise remote_party.Impossible(f"no page {name} has a socket")
        return web.json_response({})

    def _browser(self, request: web.Request) -> Browser:
        return Browser(self._exchange, request.match_info["identity"], request.match_info["name"])
