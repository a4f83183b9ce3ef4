"""Resources that tell how an account is set up, since the cut of the description leaves them out.

Names and enums are those of `twilio.rest.api.v2010.account`, `iam.v1.api_key`,
`voice.v1.dialing_permissions.country` and `routes.v2.phone_number`, which Twilio generates from
its descriptions.
"""

from typing import Any

_TEXT = {"type": "string", "nullable": True}
_FLAG = {"type": "boolean", "nullable": True}
_OBJECT = {"type": "object", "nullable": True}
_DATES = dict.fromkeys(("date_created", "date_updated"), _TEXT)

_ACCOUNT = {
    **dict.fromkeys(("auth_token", "friendly_name", "owner_account_sid", "sid", "uri"), _TEXT),
    **_DATES,
    "status": {"type": "string", "enum": ["active", "suspended", "closed"]},
    "type": {"type": "string", "enum": ["Trial", "Full"]},
    "subresource_uris": _OBJECT,
}
_CALLER_ID = {
    **dict.fromkeys(("sid", "friendly_name", "account_sid", "phone_number", "uri"), _TEXT),
    **_DATES,
}
_KEY = {**dict.fromkeys(("sid", "friendly_name"), _TEXT), **_DATES, "policy": _OBJECT}
_COUNTRY = {
    **dict.fromkeys(("iso_code", "name", "continent", "url"), _TEXT),
    **dict.fromkeys((
        "low_risk_numbers_enabled",
        "high_risk_special_numbers_enabled",
        "high_risk_tollfraud_numbers_enabled",
    ), _FLAG),
    "country_codes": {"type": "array", "items": {"type": "string"}},
    "links": _OBJECT,
}  # fmt: skip
_REGION = {
    **dict.fromkeys(
        ("phone_number", "url", "sid", "account_sid", "friendly_name", "voice_region"), _TEXT
    ),
    **_DATES,
}
_PAGES = {
    "PhoneNumber": {"type": "string"},
    "FriendlyName": {"type": "string"},
    "PageSize": {"type": "integer", "minimum": 1, "maximum": 1000},
    "Page": {"type": "integer"},
    "PageToken": {"type": "string"},
}


def add_setup(spec: dict[str, Any], account: str) -> None:
    """Put the resources and their paths into the description."""
    paths = spec["paths"]
    of_account = [_in_path("AccountSid", "^AC[0-9a-fA-F]{32}$")]
    paths[f"{account}.json"] = _get("FetchAccount", _strict(_ACCOUNT), of_account)
    ids, one = f"{account}/OutgoingCallerIds", _strict(_CALLER_ID)
    paths[f"{ids}.json"] = _get(
        "ListOutgoingCallerId", _list(spec, one), [*of_account, *_query()]
    )  # fmt: skip
    sid = _in_path("Sid", "^PN[0-9a-fA-F]{32}$")
    paths[f"{ids}/{{Sid}}.json"] = _get("FetchOutgoingCallerId", one, [*of_account, sid])
    key = [_in_path("Sid", "^SK[0-9a-fA-F]{32}$")]
    paths["/v1/Keys/{Sid}"] = _get("FetchKey", _strict(_KEY), key)
    country = [_in_path("IsoCode", "^[A-Z]{2}$")]
    permissions = "/v1/DialingPermissions/Countries/{IsoCode}"
    paths[permissions] = _get("FetchDialingPermissionsCountry", _strict(_COUNTRY), country)
    number = [_in_path("PhoneNumber", r"^\+\d+$")]
    region = _get("FetchPhoneNumber", _strict(_REGION), number)
    paths["/v2/PhoneNumbers/{PhoneNumber}"] = region | {"post": _update(region["get"])}


def _get(name: str, schema: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "get": {
            "operationId": name,
            "parameters": parameters,
            "responses": {"200": {"description": "as asked", "content": content}},
            "security": [{"accountSid_authToken": []}],
        }
    }


def _update(get: dict[str, Any]) -> dict[str, Any]:
    fields = {name: {"type": "string"} for name in ("VoiceRegion", "FriendlyName")}
    form = {"schema": {"type": "object", "properties": fields}}
    body = {"content": {"application/x-www-form-urlencoded": form}}
    return {**get, "operationId": "UpdatePhoneNumber", "requestBody": body}


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def _list(spec: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """The envelope that every list of this API has."""
    calls = next(path for name, path in spec["paths"].items() if name.endswith("/Calls.json"))
    schema = calls["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    envelope = {name: kind for name, kind in schema["properties"].items() if name != "calls"}
    return _strict(envelope | {"outgoing_caller_ids": {"type": "array", "items": item}})


def _query() -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": kind} for name, kind in _PAGES.items()]


def _in_path(name: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "schema": schema}
