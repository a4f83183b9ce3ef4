"""Twilio's published description judges every REST answer (section 8.4)."""

import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from evovoice.emulator.exchange import RestEntry

DESCRIPTION = Path(__file__).parents[3] / "shared" / "data" / "twilio_api_v2010.voice.json"
_ERROR_KEYS = {
    "code": {"type": "integer"},
    "message": {"type": "string"},
    "more_info": {"type": "string"},
    "status": {"type": "integer"},
}
_METHODS = ("get", "post", "delete")


def strict(schema: dict[str, object]) -> None:
    """Every property has to be there, and nothing else."""
    schema["required"] = list(schema["properties"])
    schema["additionalProperties"] = False


@lru_cache(maxsize=1)
def judge() -> OpenAPI:
    """The description with its two patches, tightened."""
    spec = json.loads(DESCRIPTION.read_text())
    schemas = spec["components"]["schemas"]
    reason = schemas["conference_enum_reason_conference_ended"]
    reason["nullable"] = True
    reason["enum"].append(None)
    for name in ("call", "conference", "conference.participant"):
        strict(schemas[f"api.v2010.account.{name}"])
    error = {"type": "object", "properties": dict(_ERROR_KEYS)}
    strict(error)
    for path in spec["paths"].values():
        for method in _METHODS:
            if method in path:
                _patch(path[method]["responses"], error)
    return OpenAPI.from_dict(spec)


def _patch(responses: dict[str, dict[str, object]], error: dict[str, object]) -> None:
    for response in responses.values():
        content = response.get("content", {}).get("application/json")
        if content and content["schema"].get("title", "").startswith("List"):
            strict(content["schema"])
    content = {"application/json": {"schema": error}}
    responses["default"] = {"description": "error", "content": content}


def validate(entry: RestEntry) -> None:
    """One exchange: the answer always, the request when it was accepted."""
    is_post = entry.method == "POST"
    request = MockRequest(
        "https://api.twilio.com",
        entry.method.lower(),
        entry.path,
        args=None if is_post else _flat(entry.params),
        headers={"Authorization": "Basic x"},
        data=urlencode(entry.params).encode() if is_post else None,
        content_type="application/x-www-form-urlencoded" if is_post else "application/json",
    )
    body = b"" if entry.body is None else json.dumps(entry.body).encode()
    response = MockResponse(body, entry.status or 0, content_type="application/json")
    if (entry.status or 0) < 400:
        judge().validate_request(request)
    judge().validate_response(request, response)


def _flat(params: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(params)
