"""Sample requests and answers, written by the codecs that write the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from evovoice.web.servicestack.documents.json_schema import Kind, Plain, Property, properties
from evovoice.web.servicestack.fields import FieldLocation
from evovoice.web.servicestack.formats.described import SESSIONS, Described, Field
from evovoice.web.servicestack.formats.described import Kind as Nesting
from evovoice.web.servicestack.formats.json_format import write_json
from evovoice.web.servicestack.formats.kinds import SENT_AS, STREAM_TYPE, Format
from evovoice.web.servicestack.operation import WITH_BODY, Operation
from evovoice.web.servicestack.response_schema import ResponseSchema, described
from evovoice.web.servicestack.responses import written_as

_DATE = "2026-03-01T14:05:09.120Z"
_EXAMPLES: dict[str, object] = {
    "sessionId": "s1",
    "callSid": "CA02",
    "destination": "+12025550100",
    "fromNumber": "+14155550100",
    "callerId": "+14155550100",
    "sendDigits": "w12",
    "digits": "12#",
    "identity": "+12025550100",
    "conferenceSid": "CF01",
    "provider": "credentials",
    "userName": "ann@acme.example",
    "otp": "123456",
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "uri": "otpauth://totp/Evo%20Voice:ann%40acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "emailAddress": "ann@acme.example",
    "userEmailAddress": "ann@acme.example",
    "pushCredentialSid": "CR0123456789abcdef0123456789abcdef",
    "dialState": "Active",
    "callState": "Connected",
    "queueState": "Connected",
    "role": "Transfer",
    "accountId": "a1",
    "accountName": "Acme",
    "customerId": "c1",
    "customerName": "Jo Brown",
    "endpointId": "u1",
    "endpointName": "Ann Lee",
    "toAddress": "+14155550100",
    "fromAddress": "+12025550123",
    "fromName": "Jo Brown",
    "answeredById": "u1",
    "answeredByName": "Ann Lee",
    "callbackNumber": "+12025550123",
    "displayName": "Jo Brown",
    "mostRecentParticipantCallSid": "CA03",
    "memberId": "m3",
    "userId": "u1",
    "createdBy": "u1",
    "lastModifiedBy": "u1",
    "id": "s1",
    "name": "Jo Brown",
    "firstName": "Jo",
    "lastName": "Brown",
    "roles": ["User"],
    "accountIds": ["a1"],
    "accountNames": ["Acme"],
    "avatarUrl": "https://acme.example/ann.png",
    "consoleData": "ticket 17",
    "type": "MemberRinging",
    "message": "Jo Brown rings",
    "number": "+14155550100",
    "country": "US",
    "countries": ["CA", "US"],
    "endPolicy": "two_left",
    "agentIds": ["u1"],
    "agentNames": ["Ann Lee"],
    "content": "account,name,email,role\na1,Ann Lee,ann@acme.example,User\n",
    "agentState": "Ready",
    "agentStateReason": "SetByUser",
}
_NOT_WHILE_IT_LIVES = {
    "dateCompleted", "outcome", "heldByUserId", "holdQueueName", "ringQueueId", "fromPhoneNumber",
}  # fmt: skip
_NEVER_SENT = {"stackTrace", "referrerUrl", "bearerToken", "refreshToken", "responseStatus"}
_PLAIN: dict[Plain, object] = {
    Plain.TEXT: "text",
    Plain.FLAG: False,
    Plain.NUMBER: 1,
    Plain.DECIMAL: -0.013,
    Plain.TEXTS_BY_NAME: {"memberId": "m3", "status": "queued"},
}


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A request that can be sent as it is; `kind` is the format of body and answer."""

    verb: str
    path: str
    kind: Format
    body: str | None

    def text(self, host: str) -> str:
        """As it goes over the wire to that host."""
        media_type = _media_type(self.kind)
        lines = [f"{self.verb} {self.path} HTTP/1.1", f"Host: {host}", f"Accept: {media_type}"]
        if self.body is None:
            return "\n".join(lines)
        return "\n".join([*lines, *_told(media_type, self.body)])


def is_in_sample(one: Property) -> bool:
    """Whether a sample has that field: not where it stands instead of another, which has one."""
    return "instead_of" not in one.part.metadata


def sample_request(row: Operation[Any], kind: Format) -> SampleRequest:
    """A request for that operation by its name, as the published page shows it; in a body without
    what belongs into the query.
    """
    verb, path = row.verbs[0], f"/{kind}/reply/{row.name}"
    asked = [one for one in properties(type(row.request_schema)) if is_in_sample(one)]
    if verb in WITH_BODY:
        sent = [one for one in asked if one.location is not FieldLocation.QUERY]
        return SampleRequest(verb, path, kind, _body(row.name, sent, kind) if sent else None)
    query = urlencode({one.key: _word(one) for one in asked})
    return SampleRequest(verb, f"{path}?{query}" if query else path, kind, None)


def example_of(one: Property) -> object:
    """A value that field may have, as JSON writes it."""
    return _value(one)


def example_response(schema: type[ResponseSchema]) -> Mapping[str, object]:
    """What a response may be, as JSON writes it."""
    return _object(schema)


def sample_response(row: Operation[Any], kind: Format) -> str:
    """What the operation may answer to it."""
    if row.response_schema is None:
        return "HTTP/1.1 204 No Content"
    schema = type(row.response_schema)
    if row.is_stream:
        head = ["HTTP/1.1 200 OK", f"Content-Type: {STREAM_TYPE}", ""]
        return "\n".join([*head, sample_stream(schema)])
    body = written_as(kind, described(schema), _object(schema))
    return "\n".join(["HTTP/1.1 200 OK", *_told(SENT_AS[kind], body)])


def sample_stream(schema: type[ResponseSchema]) -> str:
    """How a stream of that begins: when to come back, then one event after another."""
    told = write_json(_object(schema))
    return "\n".join(["retry: 2000", "", "id: 10", f"data: {told}", "", ""])


def _told(media_type: str, body: str) -> list[str]:
    """The headers that tell of a body, and the body."""
    length = len(body.encode())
    return [f"Content-Type: {media_type}", f"Content-Length: {length}", "", body]


def _media_type(kind: Format) -> str:
    return SENT_AS[kind].partition(";")[0]


def _body(name: str, asked: list[Property], kind: Format) -> str:
    type_ = Described(name, SESSIONS, tuple(Field(one.key, _nesting(one)) for one in asked))
    return written_as(kind, type_, {one.key: _value(one) for one in asked})


def _nesting(one: Property) -> Nesting:
    if one.kind.of is Plain.TEXTS_BY_NAME:
        return Nesting.MAP
    return Nesting.TEXTS if one.kind.is_list else Nesting.SCALAR


def _object(schema: type[ResponseSchema]) -> Mapping[str, object]:
    left_out = _NOT_WHILE_IT_LIVES | _NEVER_SENT
    return {one.key: _value(one) for one in properties(schema) if one.key not in left_out}


def _value(one: Property) -> object:
    example = _EXAMPLES.get(one.key)
    fits = isinstance(example, list) == one.kind.is_list and one.kind.of is not Plain.NUMBER
    if example is not None and fits:
        return example
    if one.key.startswith("date") and one.kind.of is Plain.TEXT:
        return _DATE
    value = _of(one.kind)
    return [value] if one.kind.is_list else value


def _of(kind: Kind) -> object:
    of = kind.of
    if isinstance(of, Plain):
        return _PLAIN[of]
    return _object(of) if issubclass(of, ResponseSchema) else _first(of)


def _first(enum: type[Enum]) -> str:
    return str(next(iter(enum)).value)


def _word(one: Property) -> str:
    value = _value(one)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
