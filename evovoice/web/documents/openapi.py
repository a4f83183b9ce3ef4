"""The OpenAPI 3.1 description of the REST routes, derived from the operation table."""

from collections.abc import Iterable
from enum import Enum
from http import HTTPStatus
from typing import Any, TypeAlias

from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.catalogue import statuses
from evovoice.web.documents.shapes import Kind, Plain, Property, name_of, needed_by, properties
from evovoice.web.error_schemas import ErrorResponseSchema
from evovoice.web.fields import Place, Text, WholeNumber, is_required
from evovoice.web.operation import WITH_BODY, Operation

Node: TypeAlias = dict[str, Any]

_TITLE = "Conference service"
_ABOUT = (
    "Bodies and answers may be JSON, XML, JSV or CSV: by Content-Type and Accept, or by a suffix"
    " such as `.csv`. Every operation also answers under its name, on `/api/{operation}`."
    " Names of fields match in any case; what has no value is left out of an answer."
)
_VERSION = "1.0.0"
_JSON = "application/json"
_OTHERS = ("application/xml", "application/jsv", "text/csv")
_FORM = "application/x-www-form-urlencoded"
_LARGEST = 10**9 - 1
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a token"},
    "basic": {"type": "http", "scheme": "basic", "description": "E-mail address and password"},
    "cookie": {
        "type": "apiKey", "in": "cookie", "name": "ss-id",
        "description": "Set by POST /auth/credentials",
    },
}  # fmt: skip
_PLAIN: dict[Plain, Node] = {
    Plain.TEXT: {"type": "string"},
    Plain.FLAG: {"type": "boolean"},
    Plain.NUMBER: {"type": "integer"},
    Plain.DECIMAL: {"type": "number"},
    Plain.TEXTS_BY_NAME: {"type": "object", "additionalProperties": {"type": "string"}},
}


def openapi(table: Iterable[Operation[Any]]) -> Node:
    """The whole description."""
    rows = list(table)
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": _VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in _SECURITY],
        "paths": _paths(rows),
        "components": {
            "schemas": _schemas(rows),
            "responses": {_error_name(status): _error(status) for status in statuses()},
            "securitySchemes": _SECURITY,
        },
    }


def _paths(rows: list[Operation[Any]]) -> Node:
    paths: Node = {}
    for row in rows:
        for number, route in enumerate(row.routes):
            for verb in row.verbs:
                paths.setdefault(route, {})[verb.lower()] = _operation(row, verb, number)
    return paths


def _operation(row: Operation[Any], verb: str, number: int) -> Node:
    route = row.routes[number]
    node: Node = {
        "operationId": _id(row, verb, number),
        "summary": row.description,
        "description": row.access,
        "parameters": [_parameter(*placed) for placed in _parameters(row, verb, route)],
        "responses": _responses(row),
    }
    body = _body_fields(row, route) if verb in WITH_BODY else []
    if body:
        node["requestBody"] = _request_body(body)
    if row.is_open:
        node["security"] = []
    return node


def _id(row: Operation[Any], verb: str, number: int) -> str:
    """The name alone for the first of all; unique for each verb and route."""
    words = [] if verb == row.verbs[0] else [verb.title()]
    return "".join([row.name, *words, str(number + 1) if number else ""])


# --- what is asked ---------------------------------------------------------------------------


def _parameters(
    row: Operation[Any], verb: str, route: str
) -> Iterable[tuple[Property, Place]]:  # fmt: skip
    for one in properties(type(row.takes)):
        if f"{{{one.key}}}" in route:
            yield one, Place.PATH
        elif one.place is Place.QUERY or (one.place is Place.PATH and verb not in WITH_BODY):
            yield one, Place.QUERY


def _body_fields(row: Operation[Any], route: str) -> list[Property]:
    """Those of the query may stand in the body too (C13)."""
    return [one for one in properties(type(row.takes)) if f"{{{one.key}}}" not in route]


def _parameter(one: Property, place: Place) -> Node:
    node: Node = {"name": one.key, "in": place.value, "description": one.about}
    node["schema"] = _asked(one)
    if place is Place.PATH:
        node |= {"required": True, "schema": _asked(one) | {"minLength": 1}}
    if one.kind.is_list:
        node |= {"style": "form", "explode": False}
    return node


def _request_body(asked: list[Property]) -> Node:
    required = [one.key for one in asked if is_required(one.part)]
    schema: Node = {
        "type": "object",
        "properties": {one.key: _asked(one) | {"description": one.about} for one in asked},
    }
    if required:
        schema["required"] = required
    return {
        "required": bool(required),
        "content": {kind: {"schema": schema} for kind in (_JSON, _FORM)},
    }


def _asked(one: Property) -> Node:
    node = dict(_node(one.kind))
    match one.part:
        case WholeNumber():
            node |= {"minimum": one.part.least, "maximum": _LARGEST}
            if one.part.load_default is not None:
                node["default"] = one.part.load_default
        case Text():
            node["maxLength"] = one.part.most
            if is_required(one.part):
                node["minLength"] = 1
    return node


# --- what is answered ------------------------------------------------------------------------


def _responses(row: Operation[Any]) -> Node:
    done: Node = {"204": {"description": "Done; there is nothing to tell."}}
    if row.answers is not None:
        shown = _node(Kind(type(row.answers)))
        done = {"200": {"description": name_of(type(row.answers)), "content": _content(shown)}}
    errors = {
        str(status): {"$ref": f"#/components/responses/{_error_name(status)}"}
        for status in statuses()
    }
    return done | errors


def _content(schema: Node) -> Node:
    others = {kind: {"schema": {"type": "string"}} for kind in _OTHERS}
    return {_JSON: {"schema": schema}, **others}


def _error_name(status: int) -> str:
    return f"Error{status}"


def _error(status: int) -> Node:
    shown = _node(Kind(ErrorResponseSchema))
    return {"description": HTTPStatus(status).phrase, "content": _content(shown)}


# --- types -----------------------------------------------------------------------------------


def _schemas(rows: list[Operation[Any]]) -> Node:
    kinds = [one.kind for row in rows for one in properties(type(row.takes))]
    kinds += [Kind(type(row.answers)) for row in rows if row.answers is not None]
    types = needed_by([*kinds, Kind(ErrorResponseSchema)])
    return {name_of(of): _declared(of) for of in types}


def _declared(of: type[Enum] | type[AnswerSchema]) -> Node:
    if issubclass(of, AnswerSchema):
        shown = {one.key: _described(one) for one in properties(of)}
        return {"type": "object", "description": _first_line(of), "properties": shown}
    return {"type": "string", "enum": [str(one.value) for one in of]}


def _described(one: Property) -> Node:
    return _node(one.kind) | ({"description": one.about} if one.about else {})


def _first_line(of: type[AnswerSchema]) -> str:
    return (of.__doc__ or "").partition("\n")[0]


def _node(kind: Kind) -> Node:
    if isinstance(kind.of, Plain):
        inner = _PLAIN[kind.of]
    else:
        inner = {"$ref": f"#/components/schemas/{name_of(kind.of)}"}
    return {"type": "array", "items": inner} if kind.is_list else dict(inner)
