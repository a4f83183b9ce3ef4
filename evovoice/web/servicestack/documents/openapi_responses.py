"""The responses in the OpenAPI description: each type once, each error once, with an example."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from evovoice.web.error_table import codes
from evovoice.web.servicestack.documents.json_schema import Kind, Plain, first_line, name_of
from evovoice.web.servicestack.documents.samples import example_response, sample_stream
from evovoice.web.servicestack.error_schemas import ErrorResponseSchema
from evovoice.web.servicestack.formats.described import Written
from evovoice.web.servicestack.formats.kinds import SENT_AS, STREAM_TYPE, Format
from evovoice.web.servicestack.response_schema import ResponseSchema, described
from evovoice.web.servicestack.responses import written_as

Node: TypeAlias = dict[str, Any]

JSON = "application/json"
_PLAIN: dict[Plain, Node] = {
    Plain.TEXT: {"type": "string"},
    Plain.FLAG: {"type": "boolean"},
    Plain.NUMBER: {"type": "integer"},
    Plain.DECIMAL: {"type": "number"},
    Plain.TEXTS_BY_NAME: {"type": "object", "additionalProperties": {"type": "string"}},
}
_TEXT = {"schema": {"type": "string"}}
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Where to sign in"},
    405: {"Allow": "The verbs that are taken"},
    429: {"Retry-After": "After how many seconds to try again"},
    503: {"Retry-After": "After how many seconds to try again"},
}
_OF_EVERY_ANSWER = {"X-Request-Id": "The request's number, for questions about it"}


def schema_of(kind: Kind) -> Node:
    """A value of that kind."""
    if isinstance(kind.of, Plain):
        inner = _PLAIN[kind.of]
    else:
        inner = {"$ref": f"#/components/schemas/{name_of(kind.of)}"}
    return {"type": "array", "items": inner} if kind.is_list else dict(inner)


def responses_by_type(types: Iterable[type[ResponseSchema]]) -> Node:
    """What operations answer with, by the names of the types."""
    return {name_of(one): _response(one, first_line(one), example_response(one)) for one in types}


def stream_response(schema: type[ResponseSchema]) -> Node:
    """OpenAPI 3.1 has no word for one event of a stream: the schema is that of its data."""
    content = {STREAM_TYPE: {"schema": schema_of(Kind(schema)), "example": sample_stream(schema)}}
    about = f"Events without an end. {first_line(schema)}"
    return {"description": about, "headers": _headers(_OF_EVERY_ANSWER), "content": content}


def error_responses() -> Node:
    """What errors are answered with, by `error_name`."""
    return {error_name(status): _error(status, names) for status, names in codes().items()}


def error_name(status: int) -> str:
    """The name of all errors with that status."""
    return f"Error{status}"


def _error(status: int, names: list[str]) -> Node:
    about = f"{HTTPStatus(status).phrase}. As errorCode: {', '.join(names)}."
    told = {"errorCode": names[0], "message": "What happened, and what to do", "errors": []}
    node = _response(ErrorResponseSchema, about, {"responseStatus": told})
    node["headers"] = _headers(_OF_EVERY_ANSWER | _HEADERS.get(status, {}))
    return node


def _response(schema: type[ResponseSchema], about: str, example: Written) -> Node:
    """JSON by its schema; the other formats as texts."""
    content = {
        SENT_AS[kind].partition(";")[0]: _TEXT
        | {"example": written_as(kind, described(schema), example)}
        for kind in Format
        if kind is not Format.JSON
    }
    json = {"schema": schema_of(Kind(schema)), "example": example}
    headers = _headers(_OF_EVERY_ANSWER)
    return {"description": about, "headers": headers, "content": {JSON: json, **content}}


def _headers(known: dict[str, str]) -> Node:
    return {
        name: {"description": about, "schema": {"type": "string"}} for name, about in known.items()
    }
