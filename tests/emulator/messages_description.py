"""Messages of a call as Twilio describes them, since the cut beside us leaves them out.

Names and status codes are those of `twilio.rest.api.v2010.account.call.user_defined_message` and
`..user_defined_message_subscription`, which Twilio generates from its description.
"""

from typing import Any

_TEXT = {"type": "string", "nullable": True}
_MESSAGE = dict.fromkeys(("account_sid", "call_sid", "sid", "date_created"), _TEXT)


def add_messages(spec: dict[str, Any], account: str) -> None:
    """Put the resources and their paths into the description."""
    below, paths = f"{account}/Calls/{{CallSid}}", spec["paths"]
    of_call = [_in_path("AccountSid", "AC"), _in_path("CallSid", "CA")]
    subscriptions = f"{below}/UserDefinedMessageSubscriptions"
    paths[f"{below}/UserDefinedMessages.json"] = {
        "post": _created("CreateUserDefinedMessage", _MESSAGE, "Content", of_call)
    }
    paths[f"{subscriptions}.json"] = {
        "post": _created(
            "CreateUserDefinedMessageSubscription", {**_MESSAGE, "uri": _TEXT}, "Callback", of_call
        )
    }
    paths[f"{subscriptions}/{{Sid}}.json"] = {
        "delete": {
            "operationId": "DeleteUserDefinedMessageSubscription",
            "parameters": [*of_call, _in_path("Sid", "ZY")],
            "responses": {"204": {"description": "gone"}},
            "security": [{"accountSid_authToken": []}],
        }
    }


def _in_path(name: str, prefix: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _created(
    name: str, properties: dict[str, Any], required: str, parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    form = {"type": "object", "properties": {required: {"type": "string"}}, "required": [required]}
    answer = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "operationId": name,
        "parameters": parameters,
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {
            "201": {"description": "made", "content": {"application/json": {"schema": answer}}}
        },
        "security": [{"accountSid_authToken": []}],
    }
