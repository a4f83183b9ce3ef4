"""Recordings and their transcriptions as Twilio describes them, since the cut beside us leaves them
out.

Names, enums and status codes are those of `twilio.rest.api.v2010.account.call.recording`,
`..conference.recording`, `..account.recording` and `..account.transcription`, which Twilio
generates from its description.
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
            "StartCallRecordingTwiML",  # measured by others, not in the description
        ],
    },
}  # fmt: skip
_WITHOUT_TRACK = {name: kind for name, kind in _RECORDING.items() if name != "track"}
_PROPERTIES = {
    "call.call_recording": _RECORDING,
    "conference.conference_recording": _WITHOUT_TRACK,
    "recording": {
        **_WITHOUT_TRACK,
        "subresource_uris": {"type": "object"},
        "media_url": _TEXT,
    },
}
RECORDINGS = tuple(_PROPERTIES)
_TRANSCRIPTION = {
    **dict.fromkeys(("account_sid", "recording_sid", "sid"), _SID),
    **dict.fromkeys(("api_version", "date_created", "date_updated", "transcription_text"), _TEXT),
    **dict.fromkeys(("duration", "price", "price_unit", "type", "uri"), _TEXT),
    "status": {"type": "string", "enum": ["in-progress", "completed", "failed"]},
}
TRANSCRIPTIONS = ("transcription", "recording.recording_transcription")
_SCHEMA = "api.v2010.account"
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
    """Put the resource and its paths, in all three places, into the description."""
    for name, properties in _PROPERTIES.items():
        spec["components"]["schemas"][f"{_SCHEMA}.{name}"] = {
            "type": "object", "properties": properties
        }  # fmt: skip
    whose = [_in_path("AccountSid", "AC")]
    call, room = _in_path("CallSid", "CA"), _in_path("ConferenceSid", "CF")
    kinds = dict(zip(("Call", "Conference", ""), RECORDINGS, strict=True))
    places = {"Call": "/Calls/{CallSid}", "Conference": "/Conferences/{ConferenceSid}", "": ""}
    owners = {"Call": [*whose, call], "Conference": [*whose, room], "": whose}
    for kind, schema in kinds.items():
        _add(spec, f"{account}{places[kind]}/Recordings", owners[kind], kind, schema)
    of_calls = spec["paths"][f"{account}/Calls/{{CallSid}}/Recordings.json"]
    of_calls["post"] = {
        **_operation("CreateCallRecording", 201, _one("call.call_recording")),
        "parameters": owners["Call"],
        "requestBody": {"content": {"application/x-www-form-urlencoded": _form()}},
    }


def add_transcriptions(spec: dict[str, Any], account: str) -> None:
    """Put the resource and its paths, in both places, into the description."""
    whose = [_in_path("AccountSid", "AC")]
    owners = (whose, [*whose, _in_path("RecordingSid", "RE")])
    places = (f"{account}/Transcriptions", f"{account}/Recordings/{{RecordingSid}}/Transcriptions")
    for name, kind, place, owner in zip(
        TRANSCRIPTIONS, ("", "Recording"), places, owners, strict=True
    ):
        spec["components"]["schemas"][f"{_SCHEMA}.{name}"] = {
            "type": "object", "properties": _TRANSCRIPTION
        }  # fmt: skip
        listed = _list(spec, name, "Transcription")
        lists = _operation(f"List{kind}Transcription", 200, listed)
        reads = _operation(f"Fetch{kind}Transcription", 200, _one(name))
        gone = _operation(f"Delete{kind}Transcription", 204, _one(name))
        gone["responses"] = {"204": {"description": "gone"}}
        named = [*owner, _in_path("Sid", "TR")]
        spec["paths"][f"{place}.json"] = {"get": {**lists, "parameters": [*owner, *_query()]}}
        spec["paths"][f"{place}/{{Sid}}.json"] = {
            "get": {**reads, "parameters": named},
            "delete": {**gone, "parameters": named},
        }


def _add(
    spec: dict[str, Any], place: str, owner: list[dict[str, Any]], kind: str, schema: str
) -> None:
    """List, read, change (not of the account) and delete."""
    named = [*owner, _in_path("Sid", "RE")]
    lists = {**_operation(f"List{kind}Recording", 200, _list(spec, schema))}
    reads = {**_operation(f"Fetch{kind}Recording", 200, _one(schema))}
    gone = _operation(f"Delete{kind}Recording", 204, _one(schema))
    gone["responses"] = {"204": {"description": "gone"}}
    more = () if kind else ("CallSid", "ConferenceSid", "IncludeSoftDeleted")
    asked = [_in_query(name, {"type": "string"}) for name in more]
    spec["paths"][f"{place}.json"] = {
        "get": {**lists, "parameters": [*owner, *_query(), *asked]},
    }
    spec["paths"][f"{place}/{{Sid}}.json"] = {
        "get": {**reads, "parameters": [*named, *asked[2:]]},
        "delete": {**gone, "parameters": named},
    }
    if kind:
        spec["paths"][f"{place}/{{Sid}}.json"]["post"] = {
            **_operation(f"Update{kind}Recording", 200, _one(schema)),
            "parameters": named,
            "requestBody": {"content": {"application/x-www-form-urlencoded": _change()}},
        }


def _operation(name: str, status: int, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "responses": {str(status): {"description": "as asked", "content": content}},
        "security": [{"accountSid_authToken": []}],
    }


def _one(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{_SCHEMA}.{schema}"}


def _list(spec: dict[str, Any], schema: str, title: str = "Recording") -> dict[str, Any]:
    """The envelope that every list has."""
    calls = next(path for name, path in spec["paths"].items() if name.endswith("/Calls.json"))
    known = calls["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    envelope = {name: kind for name, kind in known["properties"].items() if name != "calls"}
    items = {f"{title.lower()}s": {"type": "array", "items": _one(schema)}}
    return {
        "title": f"List{title}Response", "type": "object", "properties": envelope | items
    }  # fmt: skip


def _form() -> dict[str, Any]:
    fields: dict[str, Any] = {key: {"type": "string"} for key in _FORM}
    fields["RecordingStatusCallbackEvent"] = {"type": "array", "items": {"type": "string"}}
    return {"schema": {"type": "object", "properties": fields}}


def _change() -> dict[str, Any]:
    words = {"Status": ["in-progress", "paused", "stopped"], "PauseBehavior": ["skip", "silence"]}
    fields = {name: {"type": "string", "enum": enum} for name, enum in words.items()}
    return {"schema": {"type": "object", "properties": fields}}


def _query() -> list[dict[str, Any]]:
    kinds: dict[str, Any] = {key: {"type": "string", "format": "date"} for key in _DAYS}
    kinds |= {**_PAGES, "PageToken": {"type": "string"}}
    return [_in_query(name, kind) for name, kind in kinds.items()]


def _in_query(name: str, kind: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": kind}


def _in_path(name: str, prefix: str) -> dict[str, Any]:
    current = "|^Twilio.CURRENT$" if prefix == "RE" else ""
    schema = {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}${current}"}
    return {"name": name, "in": "path", "required": True, "schema": schema}
