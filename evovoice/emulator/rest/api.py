"""The REST API: credentials, routes, and faults that were asked for."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.rest import (
    accounts,
    caller_ids,
    calls,
    conferences,
    other_hosts,
    participant_update,
    participants,
    recordings,
    voice_settings,
)
from evovoice.emulator.rest.errors import Refusal, error_response, not_found
from evovoice.emulator.rest.faults import Broken, Fault, FaultBook
from evovoice.emulator.rest.known import unknown
from evovoice.emulator.rest.messages import RestRequest, RestResponse

Handler = Callable[..., RestResponse]

# By shape of the path below the account; a star stands for a name in it.
_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", ""): accounts.fetch,
    ("POST", "Calls"): calls.create,
    ("GET", "Calls"): calls.list_all,
    ("GET", "Calls/*"): calls.fetch,
    ("POST", "Calls/*"): calls.update,
    ("DELETE", "Calls/*"): calls.delete,
    ("POST", "Calls/*/Recordings"): recordings.create,
    ("GET", "Calls/*/Recordings"): recordings.OF_CALL.list_all,
    ("GET", "Calls/*/Recordings/*"): recordings.OF_CALL.fetch,
    ("POST", "Calls/*/Recordings/*"): recordings.OF_CALL.update,
    ("DELETE", "Calls/*/Recordings/*"): recordings.OF_CALL.delete,
    ("GET", "Conferences/*/Recordings"): recordings.OF_CONFERENCE.list_all,
    ("GET", "Conferences/*/Recordings/*"): recordings.OF_CONFERENCE.fetch,
    ("POST", "Conferences/*/Recordings/*"): recordings.OF_CONFERENCE.update,
    ("DELETE", "Conferences/*/Recordings/*"): recordings.OF_CONFERENCE.delete,
    ("GET", "Recordings"): recordings.OF_ACCOUNT.list_all,
    ("GET", "Recordings/*"): recordings.OF_ACCOUNT.fetch,
    ("DELETE", "Recordings/*"): recordings.OF_ACCOUNT.delete,
    ("GET", "Conferences"): conferences.list_all,
    ("GET", "Conferences/*"): conferences.fetch,
    ("POST", "Conferences/*"): conferences.update,
    ("POST", "Conferences/*/Participants"): participants.create,
    ("GET", "Conferences/*/Participants"): participants.list_all,
    ("GET", "Conferences/*/Participants/*"): participants.fetch,
    ("POST", "Conferences/*/Participants/*"): participant_update.update,
    ("DELETE", "Conferences/*/Participants/*"): participants.delete,
    ("GET", "IncomingPhoneNumbers"): voice_settings.list_numbers,
    ("GET", "IncomingPhoneNumbers/*"): voice_settings.fetch_number,
    ("POST", "IncomingPhoneNumbers/*"): voice_settings.update_number,
    ("GET", "OutgoingCallerIds"): caller_ids.list_all,
    ("GET", "OutgoingCallerIds/*"): caller_ids.fetch,
    ("GET", "Applications"): voice_settings.list_applications,
    ("GET", "Applications/*"): voice_settings.fetch_application,
    ("POST", "Applications/*"): voice_settings.update_application,
}
_SHAPES = frozenset(shape for _, shape in _ROUTES)


class RestApi:
    """Serves REST requests; nothing here knows sockets."""

    def __init__(self, network: VoiceNetwork, seed: int) -> None:
        self._network = network
        self._authorizations = network.account.authorizations()
        self._root = f"/{API_VERSION}/Accounts/"
        self.faults = FaultBook(seed)

    def handle(self, request: RestRequest) -> RestResponse | Broken:
        """The answer, or how the connection breaks."""
        fault = self.faults.take(request.method, request.path)
        if fault is None:
            return self._serve(request)
        if fault.kind == "hang":
            return replace(self._serve(request), after=fault.seconds)
        if fault.has_effect:
            self._serve(request)
        return _spoilt(fault, request.path)

    def _serve(self, request: RestRequest) -> RestResponse:
        if request.authorization not in self._authorizations:
            return error_response(20003, "Authenticate", 401)
        try:
            handler, shape, names = self._route(request)
            self._note_unknown(request, shape)
            return handler(self._network, request, *names)
        except Refusal as refusal:
            return refusal.response()

    def _note_unknown(self, request: RestRequest, shape: str) -> None:
        """R11: parameters that nobody knows are ignored, and written down."""
        strange = unknown(request.method, shape, request.form.names)
        if strange:
            self._network.alert(20001, f"Unknown parameters: {', '.join(strange)}")

    def _route(self, request: RestRequest) -> tuple[Handler, str, list[str]]:
        path = request.path
        if path.startswith(("/v1/", "/v2/")):
            return other_hosts.route(request.method, path)
        if not path.startswith(self._root) or not path.endswith(".json"):
            raise not_found(path)
        account, *parts = path[len(self._root) : -len(".json")].split("/")
        shape = "/".join("*" if place % 2 else part for place, part in enumerate(parts))
        if account != self._network.account.sid or shape not in _SHAPES:
            raise not_found(path)
        handler = _ROUTES.get((request.method, shape))
        if handler is None:
            raise Refusal(20004, "Method not allowed", 405)
        return handler, shape, [unquote(part) for part in parts[1::2]]


def _spoilt(fault: Fault, path: str) -> RestResponse | Broken:
    match fault.kind:
        case "connect-timeout" | "connect-refused":
            return Broken(fault.kind)
        case "timeout-before" | "timeout-after":
            return Broken("read-timeout")
        case "reset-before" | "reset-after":
            return Broken("reset")
        case "too-many-requests":
            code, text, status = 20429, "Too Many Requests", 429
        case "not-found":
            gone = not_found(path)
            code, text, status = gone.code, gone.message, gone.status
        case _:
            code, text, status = fault.code, "An internal server error has occurred", fault.status
    if fault.problem:
        return _problem(code, text, status)
    return error_response(code, text, status)


def _problem(code: int, title: str, status: int) -> RestResponse:
    kind = f"https://www.twilio.com/docs/api/errors/{code}"
    return RestResponse(status, {"type": kind, "title": title, "status": status, "code": code})
