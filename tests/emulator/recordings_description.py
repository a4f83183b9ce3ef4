"""Recordings of calls as Twilio describes them, since the cut beside us leaves them out.

Names, enums and status codes are those of `twilio.rest.api.v2010.account.call.recording`, which
Twilio generates from its description.
"""

from typing import Any

_SID, _TEXT = {"type": "string", "nullable": True}, {"type": "string", "nullable": True}
_WHOLE = {"type": "integer", "nullable": True}
_RECORDING = {
    **dict.fromkeys(("account_sid", "call_sid", "conference_sid", "sid"), _SID),
    **dict.fromkeys(("api_version", "date_created", "date_updated", "start_time"), _TEXT),
    **dict.fromkeys(("duration", "price", "price_unit", "track", "uri"), _TEXT),
    **dict.fromkeys(("channels", "error_code"), _WHOLE),
    "encryption_details": {"nullable": True},
    "status": {
        "type": "string",
        "enum": ["in-progress", "paused", "stopped", "processing", "completed", "absent"],
    },
    "source": {
        "type": "string",
        "enum": [
            "DialVerb", "Conference", "OutboundAPI", "Trunking", "RecordVerb",
            "StartCallRecordingAPI", "StartConferenceRecordingAPI",
        ],
    },
}  # fmt: skip
_SCHEMA = "api.v2010.account.call.call_recording"
_FORM = (
    "RecordingStatusCallback",
    "RecordingStatusCallbackMethod",
    "Trim",
    "RecordingChannels",
    "RecordingTrack",
    "RecordingConfigurationId",
)
_DAYS = ("DateCreated", "DateCreated<", "DateCreated>")
_PAGES = {
    "PageSize": {"type": "integer", "minimum": 1, "maximum": 1000},
    "Page": {"type": "integer"},
}


def add_recordings(spec: dict[str, Any], account: str) -> None:
    """Put the resource and its two paths into the description."""
    spec["components"]["schemas"][_SCHEMA] = {"type": "object", "properties": _RECORDING}
    path = [_in_path("AccountSid", "AC"), _in_path("CallSid", "CA")]
    of_call = f"{account}/Calls/{{CallSid}}/Recordings"
    spec["paths"][f"{of_call}.json"] = {
        "post": {**_operation("CreateCallRecording", 201, _one()), "parameters": path,
                 "requestBody": {"content": {"application/x-www-form-urlencoded": _form()}}},
        "get": {**_operation("ListCallRecording", 200, _list(spec)),
                "parameters": [*path, *_query()]},
    }  # fmt: skip
    spec["paths"][f"{of_call}/{{Sid}}.json"] = {
        "get": {**_operation("FetchCallRecording", 200, _one()),
                "parameters": [*path, _in_path("Sid", "RE")]},
    }  # fmt: skip


def _operation(name: str, status: int, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "responses": {str(status): {"description": "as asked", "content": content}},
        "security": [{"accountSid_authToken": []}],
    }


def _one() -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{_SCHEMA}"}


def _list(spec: dict[str, Any]) -> dict[str, Any]:
    """The envelope that every list has."""
    calls = next(path for name, path in spec["paths"].items() if name.endswith("/Calls.json"))
    schema = calls["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    envelope = {name: kind for name, kind in schema["properties"].items() if name != "calls"}
    items = {"recordings": {"type": "array", "items": _one()}}
    return {
        "title": "ListCallRecordingResponse", "type": "object", "properties": envelope | items
    }  # fmt: skip


def _form() -> dict[str, Any]:
    fields: dict[str, Any] = {key: {"type": "string"} for key in _FORM}
    fields["RecordingStatusCallbackEvent"] = {"type": "array", "items": {"type": "string"}}
    return {"schema": {"type": "object", "properties": fields}}


def _query() -> list[dict[str, Any]]:
    kinds: dict[str, Any] = {key: {"type": "string", "format": "date"} for key in _DAYS}
    kinds |= {**_PAGES, "PageToken": {"type": "string"}}
    return [{"name": name, "in": "query", "schema": kind} for name, kind in kinds.items()]


def _in_path(name: str, prefix: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}
