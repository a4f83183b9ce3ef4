"""The REST API: credentials, routes, and faults that were asked for."""

import re
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
    transcriptions,
    user_messages,
    voice_settings,
)
from evovoice.emulator.rest.errors import (
    NOTICE,
    NoSuchMethod,
    NotImitated,
    Refusal,
    error_response,
    not_found,
)
from evovoice.emulator.rest.faults import Broken, Fault, FaultBook
from evovoice.emulator.rest.messages import RestRequest, RestResponse
from evovoice.emulator.rest.needed import in_vain
from evovoice.emulator.rest.published import (
    Operation,
    by_shape,
    literal_ends,
    operations_on,
)
from evovoice.emulator.rest.sounds import sound_of
from evovoice.emulator.rest.strange_values import strange_values
from evovoice.emulator.rest.without_effect import notes_on

Handler = Callable[..., RestResponse]

# By shape of the path below the account; a star stands for a name in it.
HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", ""): accounts.fetch,
    ("POST", "Calls"): calls.create,
    ("GET", "Calls"): calls.list_all,
    ("GET", "Calls/*"): calls.fetch,
    ("POST", "Calls/*"): calls.update,
    ("DELETE", "Calls/*"): calls.delete,
    ("POST", "Calls/*/UserDefinedMessages"): user_messages.send,
    ("POST", "Calls/*/UserDefinedMessageSubscriptions"): user_messages.subscribe,
    ("DELETE", "Calls/*/UserDefinedMessageSubscriptions/*"): user_messages.unsubscribe,
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
    ("GET", "Recordings/*/Transcriptions"): transcriptions.list_all,
    ("GET", "Recordings/*/Transcriptions/*"): transcriptions.fetch,
    ("DELETE", "Recordings/*/Transcriptions/*"): transcriptions.delete,
    ("GET", "Transcriptions"): transcriptions.list_all,
    ("GET", "Transcriptions/*"): transcriptions.fetch,
    ("DELETE", "Transcriptions/*"): transcriptions.delete,
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
    **other_hosts.HANDLERS,
}
SERVED_HOSTS = frozenset({
    "api.twilio.com", "iam.twilio.com", "routes.twilio.com", "voice.twilio.com",
})  # fmt: skip
# https://www.twilio.com/docs/api/errors/16114; its status is not documented (?).
_BEING_CHANGED = "Voice Recording: Resource not in a state to accept recording action request"
_OTHER_FORM = re.compile(r"(\.(xml|csv|html|wav|mp3))?$")


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
        try:
            sound = sound_of(self._network, request)
            if sound is not None:
                return sound
            if request.authorization not in self._authorizations:
                return error_response(20003, "Authenticate", 401)
            handler, shape, names = self._route(request)
            self._note_parameters(request, shape)
            return handler(self._network, request, *names)
        except Refusal as refusal:
            if refusal.alert is not None:
                self._network.alert(refusal.alert, refusal.message)
            return refusal.response()

    def _note_parameters(self, request: RestRequest, shape: str) -> None:
        """R11: parameters that nobody knows are ignored, and written down."""
        if not request.form.names:
            return
        for note in notes_on(request.method, shape, request.form):
            self._network.alert(NOTICE, note)
        for sentence in in_vain(request.method, shape, request.form):
            self._network.alert(NOTICE, sentence)
        for code, sentence in strange_values(shape, request.form):
            self._network.alert(code, sentence)
        strange = _unknown(request, shape)
        if strange:
            self._network.alert(20001, f"Unknown parameters: {', '.join(strange)}")

    def _route(self, request: RestRequest) -> tuple[Handler, str, list[str]]:
        shape, names = self._shape(request.path)
        handler = None if shape is None else HANDLERS.get((request.method, shape))
        if shape is None or handler is None or (names and (shape, names[-1]) in literal_ends()):
            raise _unserved(request.method, request.path)
        return handler, shape, names

    def _shape(self, path: str) -> tuple[str | None, list[str]]:
        """The path as the table of handlers has it, and the names in it; None for no such path."""
        if not path.startswith(self._root):
            return other_hosts.shape_of(path)
        account, *parts = path[len(self._root) :].removesuffix(".json").split("/")
        if account != self._network.account.sid:
            raise not_found(path)
        if not path.endswith(".json"):
            return None, []
        shape = "/".join("*" if place % 2 else part for place, part in enumerate(parts))
        return shape, [unquote(part) for part in parts[1::2]]


def _unserved(method: str, path: str) -> Refusal:
    """What to say to a request that nothing here serves."""
    published = operations_on(path)
    meant = [one for one in published if one.method == method]
    if meant:
        return _not_imitated(min(meant, key=lambda one: one.path.count("{")))
    if published:
        return NoSuchMethod(method, ", ".join(sorted({one.method for one in published})))
    if operations_on(_OTHER_FORM.sub(".json", path, count=1)):
        return NotImitated("The emulator answers in JSON alone: no XML, CSV or sound")
    return not_found(path)


def _not_imitated(operation: Operation) -> NotImitated:
    where = f"{operation.method} {operation.path} of {operation.host}"
    return NotImitated(f"The emulator does not imitate {where}")


def _unknown(request: RestRequest, shape: str) -> list[str]:
    """The parameters that nothing on that path knows. Errors: `NotImitated` where they belong to an
    operation of another host that has the same path.
    """
    published = by_shape().get((request.method, shape), [])
    served = [one for one in published if one.host in SERVED_HOSTS]
    strange = request.form.names.difference(*(one.parameters for one in served))
    for other in published:
        if other not in served and strange & other.parameters:
            raise _not_imitated(other)
    return sorted(strange)


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
        case "being-changed":
            code, text, status = 16114, _BEING_CHANGED, 400
        case _:
            code, text, status = fault.code, "An internal server error has occurred", fault.status
    if fault.problem:
        return _problem(code, text, status)
    return error_response(code, text, status)


def _problem(code: int, title: str, status: int) -> RestResponse:
    kind = f"https://www.twilio.com/docs/api/errors/{code}"
    return RestResponse(status, {"type": kind, "title": title, "status": status, "code": code})
