"""Twilio's published description judges every REST answer (section 8.4)."""

import json
import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from evovoice.emulator.exchange import RestEntry

from .messages_description import add_messages
from .recordings_description import (
    RECORDINGS,
    TRANSCRIPTIONS,
    add_recordings,
    add_transcriptions,
)
from .setup_description import add_setup

DESCRIPTION = Path(__file__).parent / "published" / "twilio_api_v2010.voice.json"
NOT_IMITATED = 501
SOUND = re.compile(r"/Recordings/RE\w+(\.wav)?$")
_ERROR_KEYS = {
    "code": {"type": "integer"},
    "message": {"type": "string"},
    "more_info": {"type": "string"},
    "status": {"type": "integer"},
}
_METHODS = ("get", "post", "delete")
_RESOURCES = (
    "call",
    *RECORDINGS,
    *TRANSCRIPTIONS,
    "conference",
    "conference.participant",
    "incoming_phone_number",
    "application",
)
_ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
# The cut describes reading these only; what an update answers is what a fetch answers.
_SETTABLE = (
    f"{_ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
    f"{_ACCOUNT}/Applications/{{Sid}}.json",
)


def strict(schema: dict[str, object]) -> None:
    """Every property has to be there, and nothing else."""
    schema["required"] = list(schema["properties"])
    schema["additionalProperties"] = False


def described() -> dict[str, Any]:
    """The description beside us, and what it leaves out."""
    spec: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    add_recordings(spec, _ACCOUNT)
    add_transcriptions(spec, _ACCOUNT)
    add_setup(spec, _ACCOUNT)
    add_messages(spec, _ACCOUNT)
    return spec


def tightened() -> dict[str, Any]:
    """The description with its two patches, made strict."""
    spec = described()
    schemas = spec["components"]["schemas"]
    reason = schemas["conference_enum_reason_conference_ended"]
    reason["nullable"] = True
    reason["enum"].append(None)
    for name in _RESOURCES:
        strict(schemas[f"api.v2010.account.{name}"])
    for path in _SETTABLE:
        _add_update(spec["paths"][path])
    error = {"type": "object", "properties": dict(_ERROR_KEYS)}
    strict(error)
    for path in spec["paths"].values():
        for method in _METHODS:
            if method in path:
                _patch(path[method]["responses"], error)
    return spec


@lru_cache(maxsize=1)
def judge() -> OpenAPI:
    """What every exchange is held to."""
    return OpenAPI.from_dict(tightened())


def _add_update(path: dict[str, Any]) -> None:
    body = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    path["post"] = {
        **deepcopy(path["get"]),
        "operationId": f"Update{path['get']['operationId']}",
        "requestBody": {"content": body},
    }


def _patch(responses: dict[str, dict[str, object]], error: dict[str, object]) -> None:
    for response in responses.values():
        content = response.get("content", {}).get("application/json")
        if content and content["schema"].get("title", "").startswith("List"):
            strict(content["schema"])
    content = {"application/json": {"schema": error}}
    responses["default"] = {"description": "error", "content": content}


def validate(entry: RestEntry) -> None:
    """One exchange: the answer always, the request when it was accepted.

    What is not imitated has an answer that is not Twilio's, and the sound of a recording is none
    that the description knows.
    """
    if SOUND.search(entry.path):
        return
    if entry.status == NOT_IMITATED:
        assert set(_ERROR_KEYS) == set(entry.body or {})
        return
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
