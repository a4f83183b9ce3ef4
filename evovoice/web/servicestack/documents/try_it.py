"""What `/docs` shows of the OpenAPI description: operations by group, with fields to try them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from evovoice.web.servicestack.documents.groups import group_of
from evovoice.web.servicestack.documents.openapi_responses import JSON, Node
from evovoice.web.servicestack.operation import Operation

_NO_BODY: Node = {"content": {JSON: {"schema": {"properties": {}}}}}


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form. `location` is path, query, header or body, `type` JSON's."""

    name: str
    location: str
    about: str
    type: str
    choices: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """What one status brings; `type` is None where there is no body."""

    status: str
    about: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation, on its first route and by its first verb; `also` names the others."""

    name: str
    verb: str
    route: str
    about: str
    access: str
    inputs: tuple[Input, ...]
    example: str | None
    responses: tuple[StatusResponse, ...]
    response: str | None
    also: tuple[str, ...]


def groups(description: Node, rows: Iterable[Operation[Any]]) -> dict[str, list[Entry]]:
    """The operations by the names of their groups, in the table's order."""
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(group_of(row), []).append(_entry(description, row))
    return found


def types(description: Node) -> dict[str, Node]:
    """Every declared type with its schema, by name."""
    return dict(sorted(description["components"]["schemas"].items()))


def type_title(schema: Node) -> str:
    """The type of a value as one word: that of the items where it is a list."""
    if "$ref" in schema:
        return _last(schema)
    if schema.get("type") == "array":
        return f"{type_title(schema['items'])}[]"
    return str(schema.get("type", ""))


def _entry(description: Node, row: Operation[Any]) -> Entry:
    verb, route = row.verbs[0], row.routes[0]
    node = description["paths"][route][verb.lower()]
    media = node.get("requestBody", _NO_BODY)["content"][JSON]
    others = [f"{one} {path}" for path in row.routes for one in row.verbs]
    return Entry(
        name=row.name,
        verb=verb,
        route=route,
        about=row.description,
        access=row.access,
        inputs=tuple(_inputs(description, node, media["schema"])),
        example=_text(media.get("example")),
        responses=tuple(_responses(description, node)),
        response=_text(_example(description, node)),
        also=(*others[1:], f"{verb} /api/{row.name}"),
    )


def _text(example: object) -> str | None:
    return json.dumps(example, indent=2, ensure_ascii=False) if example else None


def _inputs(description: Node, node: Node, body: Node) -> Iterator[Input]:
    for one in node["parameters"]:
        required = one.get("required", False)
        yield _input(description, one["name"], one["in"], one, one["schema"], required)
    for name, schema in body["properties"].items():
        yield _input(description, name, "body", schema, schema, name in body.get("required", ()))


def _input(
    description: Node, name: str, location: str, told: Node, schema: Node, required: bool
) -> Input:  # fmt: skip
    known = _resolved(description, schema)
    kind = str(known.get("type", "string"))
    choices = ["true", "false"] if kind == "boolean" else known.get("enum", [])
    return Input(name, location, told.get("description", ""), kind, tuple(choices), required)


def _responses(description: Node, node: Node) -> Iterator[StatusResponse]:
    for status, response in node["responses"].items():
        known = _resolved(description, response)
        media = next(iter(known.get("content", {}).values()), None)
        yield StatusResponse(
            status, known["description"], type_title(media["schema"]) if media else None
        )


def _example(description: Node, node: Node) -> object:
    known = _resolved(description, node["responses"].get("200", {}))
    return known.get("content", {}).get(JSON, {}).get("example")


def _resolved(description: Node, node: Node) -> Node:
    if "$ref" not in node:
        return node
    kind = node["$ref"].split("/")[-2]
    found: Node = description["components"][kind][_last(node)]
    return found


def _last(node: Node) -> str:
    return str(node["$ref"].rpartition("/")[2])
