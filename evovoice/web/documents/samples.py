"""Sample requests and answers, written by the codecs that write the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from evovoice.web.answer_schema import AnswerSchema, described
from evovoice.web.answers import written_as
from evovoice.web.documents.shapes import Kind, Plain, Property, properties
from evovoice.web.fields import Place
from evovoice.web.formats.described import SESSIONS, Described, Field
from evovoice.web.formats.described import Kind as Nesting
from evovoice.web.formats.kinds import SENT_AS, Format
from evovoice.web.operation import WITH_BODY, Operation

_DATE = "2026-03-01T14:05:09.120Z"
_EXAMPLES = {
    "sessionId": "s1",
    "callSid": "CA02",
    "destination": "+12025550100",
    "fromNumber": "+14155550100",
    "callerId": "+14155550100",
    "identity": "+12025550100",
    "conferenceSid": "CF01",
    "provider": "credentials",
    "userName": "ann@acme.example",
    "emailAddress": "ann@acme.example",
    "userEmailAddress": "ann@acme.example",
    "pushCredentialSid": "CR0123456789abcdef0123456789abcdef",
}
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

    @property
    def text(self) -> str:
        """As it goes over the wire, but for the address of the service."""
        lines = [f"{self.verb} {self.path} HTTP/1.1", f"Accept: {_media_type(self.kind)}"]
        if self.body is not None:
            lines += [f"Content-Type: {_media_type(self.kind)}", "", self.body]
        return "\n".join(lines)


def sample_request(row: Operation[Any], kind: Format) -> SampleRequest:
    """A request for that operation on its first route."""
    verb, route = row.verbs[0], row.routes[0]
    asked = properties(type(row.takes))
    rest = [one for one in asked if f"{{{one.key}}}" not in route]
    path = route.format_map({one.key: _value(one) for one in asked if one not in rest})
    if verb in WITH_BODY:
        return SampleRequest(verb, path, kind, _body(row.name, rest, kind) if rest else None)
    query = urlencode({one.key: _word(one) for one in rest if one.place is Place.QUERY})
    return SampleRequest(verb, f"{path}?{query}" if query else path, kind, None)


def sample_answer(row: Operation[Any], kind: Format) -> str:
    """What the operation may answer to it."""
    if row.answers is None:
        return "HTTP/1.1 204 No Content"
    schema = type(row.answers)
    body = written_as(kind, described(schema), _object(schema))
    return "\n".join(["HTTP/1.1 200 OK", f"Content-Type: {SENT_AS[kind]}", "", body])


def _media_type(kind: Format) -> str:
    return SENT_AS[kind].partition(";")[0]


def _body(name: str, asked: list[Property], kind: Format) -> str:
    type_ = Described(name, SESSIONS, tuple(Field(one.key, _nesting(one)) for one in asked))
    return written_as(kind, type_, {one.key: _value(one) for one in asked})


def _nesting(one: Property) -> Nesting:
    return Nesting.TEXTS if one.kind.is_list else Nesting.SCALAR


def _object(schema: type[AnswerSchema]) -> Mapping[str, object]:
    return {one.key: _value(one) for one in properties(schema)}


def _value(one: Property) -> object:
    if one.key in _EXAMPLES and not one.kind.is_list:
        return _EXAMPLES[one.key]
    if one.key.startswith("date") and one.kind.of is Plain.TEXT:
        return _DATE
    value = _of(one.kind)
    return [value] if one.kind.is_list else value


def _of(kind: Kind) -> object:
    of = kind.of
    if isinstance(of, Plain):
        return _PLAIN[of]
    return _object(of) if issubclass(of, AnswerSchema) else _first(of)


def _first(enum: type[Enum]) -> str:
    return str(next(iter(enum)).value)


def _word(one: Property) -> str:
    value = _value(one)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
