"""The OpenAPI description is valid, complete, and true."""

from dataclasses import replace
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.openapi import openapi
from evovoice.web.servicestack.fields import FieldLocation
from evovoice.web.servicestack.operation import WITH_BODY
from tests.web.doubles import WebApp

_ADD = "/sessions/{sessionId}/conference/members"


@pytest.fixture
def document(web: WebApp) -> dict[str, Any]:
    """As a stranger reads it."""
    response = web.client.get("/openapi.json")
    assert 200 == response.status_code
    assert "application/json; charset=utf-8" == response.headers["Content-Type"]
    return dict(response.json or {})


def test_description_is_valid(document: dict[str, Any]) -> None:
    assert "3.1.0" == document["openapi"]
    validate(document)


def test_every_rest_route_of_every_row_is_described_once(document: dict[str, Any]) -> None:
    described = {(verb, path) for path, verbs in document["paths"].items() for verb in verbs}
    asked = {(verb.lower(), route) for row in TABLE for verb in row.verbs for route in row.routes}
    assert asked == described
    nodes = [node for verbs in document["paths"].values() for node in verbs.values()]
    assert {row.name for row in TABLE} <= {node["operationId"] for node in nodes}
    assert len(nodes) == len({node["operationId"] for node in nodes})


def test_fields_stand_in_their_places(document: dict[str, Any]) -> None:
    node = document["paths"][_ADD]["post"]
    assert [
        ("sessionId", "path", True), ("dryRun", "query", False),
        ("Idempotency-Key", "header", False),
    ] == [
        (one["name"], one["in"], one.get("required", False)) for one in node["parameters"]
    ]  # fmt: skip
    assert all(one["description"] for one in node["parameters"])
    body = node["requestBody"]["content"]["application/json"]["schema"]
    assert [
        "callSid", "destination", "fromNumber", "sendDigits", "destinations", "strategy",
        "humanOnly", "dryRun",
    ] == list(body["properties"])  # fmt: skip
    assert all(one["description"] for one in body["properties"].values())
    assert "required" not in body
    (count,) = [
        one["schema"]
        for one in document["paths"]["/sessions/{sessionId}/events"]["get"]["parameters"]
        if one["name"] == "count"
    ]
    assert {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": 100} == count


def test_what_is_asked_without_a_body_has_no_field_of_a_body() -> None:
    for row in TABLE:
        if WITH_BODY.isdisjoint(row.verbs):
            places = [part.metadata["location"] for part in row.request_schema.fields.values()]
            assert FieldLocation.BODY not in places, row.name


def _json(document: dict[str, Any], response: str) -> dict[str, Any]:
    return dict(document["components"]["responses"][response]["content"]["application/json"])


def test_answers_have_types_with_enums_and_errors_their_shape(document: dict[str, Any]) -> None:
    answers = document["paths"][_ADD]["post"]["responses"]
    assert {"$ref": "#/components/responses/SessionInfo"} == answers["200"]
    assert {"$ref": "#/components/schemas/SessionInfo"} == _json(document, "SessionInfo")["schema"]
    assert {"200", "400", "401", "403", "404", "405", "409", "413", "415", "429"} <= set(answers)
    assert {"204"} <= set(document["paths"]["/sessions/{sessionId}"]["delete"]["responses"])
    schemas = document["components"]["schemas"]
    assert 48 == len(schemas["SessionInfo"]["properties"])
    assert ["None", "Active"] == schemas["SessionDialState"]["enum"]
    assert ["Voice", "Chat", "Fax"] == schemas["FlowChannels"]["enum"]
    error = {"$ref": "#/components/responses/Error409"}
    assert error == answers["409"]
    assert {"$ref": "#/components/schemas/ErrorResponse"} == _json(document, "Error409")["schema"]


def test_errors_name_their_codes_and_headers(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]
    assert "SessionEnded" in responses["Error409"]["description"]
    assert "BodyTooLarge" in responses["Error413"]["description"]
    assert {"Retry-After", "X-Request-Id"} == set(responses["Error429"]["headers"])
    assert {"WWW-Authenticate", "X-Request-Id"} == set(responses["Error401"]["headers"])


def test_what_is_only_read_meets_no_conflict(document: dict[str, Any]) -> None:
    reading = set(document["paths"]["/sessions/{sessionId}"]["get"]["responses"])
    assert not {"409", "413", "415"} & reading
    assert {"200", "400", "401", "404"} <= reading


def test_every_field_of_every_type_is_explained(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        assert all(one["description"] for one in schema.get("properties", {}).values()), name


def test_examples_are_what_their_schemas_say(document: dict[str, Any]) -> None:
    for name, response in document["components"]["responses"].items():
        shown = response["content"]["application/json"]
        schema = shown["schema"] | {"components": document["components"]}
        OAS31Validator(schema).validate(shown["example"])
        assert all(one["example"] for one in response["content"].values()), name
    for verbs in document["paths"].values():
        for node in verbs.values():
            if "requestBody" in node:
                shown = node["requestBody"]["content"]["application/json"]
                schema = shown["schema"] | {"components": document["components"]}
                OAS31Validator(schema).validate(shown["example"])


def test_operations_stand_in_groups(document: dict[str, Any]) -> None:
    tags = {verb["tags"][0] for path in document["paths"].values() for verb in path.values()}
    assert tags == {tag["name"] for tag in document["tags"]}
    assert ["Conference"] == document["paths"][_ADD]["post"]["tags"]


def test_stream_is_described_by_one_of_its_events() -> None:
    """Its type is that of an event's data, its example begins as the stream does."""
    (row,) = [row for row in TABLE if row.name == "GetSession"]
    node = openapi([replace(row, is_stream=True)])
    answer = node["paths"]["/sessions/{sessionId}"]["get"]["responses"]["200"]
    assert ["text/event-stream"] == list(answer["content"])
    shown = answer["content"]["text/event-stream"]
    assert {"$ref": "#/components/schemas/SessionInfo"} == shown["schema"]
    assert "\ndata: {" in shown["example"]
    assert "SessionInfo" in node["components"]["schemas"]
    validate(node)


def test_signing_in_is_described(document: dict[str, Any]) -> None:
    assert {"bearer", "basic", "cookie"} == set(document["components"]["securitySchemes"])
    assert [] == document["paths"]["/auth/status"]["get"]["security"]
    assert "security" not in document["paths"][_ADD]["post"]
