"""The OpenAPI 3.1 description of the REST routes, derived from the operation table."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from evovoice.web.error_table import codes
from evovoice.web.servicestack.documents import VERSION
from evovoice.web.servicestack.documents.groups import group_of
from evovoice.web.servicestack.documents.json_schema import (
    Kind,
    Property,
    first_line,
    name_of,
    needed_by,
    properties,
)
from evovoice.web.servicestack.documents.openapi_responses import (
    JSON,
    Node,
    error_name,
    error_responses,
    responses_by_type,
    schema_of,
    stream_response,
)
from evovoice.web.servicestack.documents.samples import example_of, is_in_sample
from evovoice.web.servicestack.error_schemas import ErrorResponseSchema
from evovoice.web.servicestack.fields import FieldLocation, WholeNumber, is_required
from evovoice.web.servicestack.operation import WITH_BODY, Operation
from evovoice.web.servicestack.response_schema import ResponseSchema

_TITLE = "Conference service"
_ABOUT = (
    "Bodies and answers may be JSON, XML, JSV or CSV: by Content-Type and Accept, or by a suffix"
    " such as `.csv`. Every operation also answers under its name, on `/api/{operation}`."
    " Names of fields match in any case; what has no value is left out of an answer."
)
_FORM = "application/x-www-form-urlencoded"
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a token"},
    "basic": {"type": "http", "scheme": "basic", "description": "E-mail address and password"},
    "cookie": {
        "type": "apiKey", "in": "cookie", "name": "ss-id",
        "description": "Set by POST /auth/credentials",
    },
}  # fmt: skip
_READING = {"GET", "HEAD", "OPTIONS"}
_NEVER_ON_READING = {409, 413, 415}
_KEY: Node = {
    "name": "Idempotency-Key", "in": "header",
    "description": "A repeat with the same key, within a day, gets the stored result",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$", "maxLength": 128},
}  # fmt: skip


def openapi(table: Iterable[Operation[Any]]) -> Node:
    """The whole description."""
    rows = list(table)
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in _SECURITY],
        "paths": _paths(rows),
        "tags": [{"name": name} for name in dict.fromkeys(map(group_of, rows))],
        "components": _components(rows),
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
        "tags": [group_of(row)],
        "summary": row.description,
        "description": row.access,
        "parameters": [_parameter(*placed) for placed in _parameters(row, verb, route)],
        "responses": _responses(row, verb),
    }
    body = _body_fields(row, route) if verb in WITH_BODY else []
    if body:
        node["requestBody"] = _request_body(body)
    if row.is_repeatable:
        node["parameters"].append(_KEY)
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
) -> Iterable[tuple[Property, FieldLocation]]:  # fmt: skip
    for one in properties(type(row.request_schema)):
        if f"{{{one.key}}}" in route:
            yield one, FieldLocation.PATH
        elif one.location is FieldLocation.QUERY or (
            one.location is FieldLocation.PATH and verb not in WITH_BODY
        ):
            yield one, FieldLocation.QUERY


def _body_fields(row: Operation[Any], route: str) -> list[Property]:
    """Those of the query may stand in the body too (C13)."""
    return [one for one in properties(type(row.request_schema)) if f"{{{one.key}}}" not in route]


def _parameter(one: Property, location: FieldLocation) -> Node:
    node: Node = {"name": one.key, "in": location.value, "description": one.about}
    node["schema"] = _asked(one)
    if location is FieldLocation.PATH:
        node |= {"required": True, "schema": _asked(one) | {"minLength": 1}}
        node["example"] = example_of(one)
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
        "content": {
            JSON: {"schema": schema, "example": _example(asked)},
            _FORM: {"schema": schema},
        },
    }


def _example(asked: list[Property]) -> Node:
    return {one.key: example_of(one) for one in asked if is_in_sample(one)}


def _asked(one: Property) -> Node:
    node: Node = schema_of(one.kind) | one.part.metadata.get("schema", {})
    if isinstance(one.part, WholeNumber) and one.part.load_default is not None:
        node["default"] = one.part.load_default
    if is_required(one.part):
        node["minLength"] = 1
    return node


# --- what is answered ------------------------------------------------------------------------


def _responses(row: Operation[Any], verb: str) -> Node:
    """What is only read has no body that could be too large, and meets no conflict."""
    none = {"204": {"description": "Done; there is nothing to tell."}}
    done = (
        none
        if row.response_schema is None
        else {"200": _response_of(row, type(row.response_schema))}
    )
    if row.is_stream:
        done |= {"204": {"description": "This stream has yielded to newer ones; stay away."}}
    never = _NEVER_ON_READING if verb in _READING else set()
    errors = {str(one): _response_ref(error_name(one)) for one in codes() if one not in never}
    return done | errors


def _response_of(row: Operation[Any], schema: type[ResponseSchema]) -> Node:
    return stream_response(schema) if row.is_stream else _response_ref(name_of(schema))


def _response_ref(name: str) -> Node:
    return {"$ref": f"#/components/responses/{name}"}


# --- types -----------------------------------------------------------------------------------


def _components(rows: list[Operation[Any]]) -> Node:
    whole = [row for row in rows if not row.is_stream]
    responses = [type(row.response_schema) for row in whole if row.response_schema is not None]
    return {
        "schemas": _schemas(rows),
        "responses": responses_by_type(responses) | error_responses(),
        "securitySchemes": _SECURITY,
    }


def _schemas(rows: list[Operation[Any]]) -> Node:
    kinds = [one.kind for row in rows for one in properties(type(row.request_schema))]
    kinds += [Kind(type(row.response_schema)) for row in rows if row.response_schema is not None]
    types = needed_by([*kinds, Kind(ErrorResponseSchema)])
    return {name_of(of): _declared(of) for of in types}


def _told(one: Property) -> Node:
    bounds: Node = one.part.metadata.get("schema", {})
    return schema_of(one.kind) | bounds | {"description": one.about}


def _declared(of: type[Enum] | type[ResponseSchema]) -> Node:
    if issubclass(of, ResponseSchema):
        shown = {one.key: _told(one) for one in properties(of)}
        node: Node = {"type": "object", "description": first_line(of), "properties": shown}
        required = [one.key for one in properties(of) if one.part.metadata.get("is_required")]
        return node | ({"required": required} if required else {})
    names = [str(one.value) for one in of]
    return {"type": "string", "description": first_line(of), "enum": names}
