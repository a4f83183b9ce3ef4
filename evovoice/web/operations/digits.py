"""The row that sends digits to a party (contract 2.1, C112)."""

from dataclasses import replace

from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.calls import DigitsRequest
from evovoice.web.dto.requests import MemberSchema
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Text
from evovoice.web.servicestack.operation import Operation


class SendDigitsSchema(MemberSchema):
    digits = Text(
        "digits",
        FieldLocation.BODY,
        "Up to 32 of 0-9 * #, with w (half a second), W (a second) and a comma (two) for pauses",
        load_default="", filled=True,
    )  # fmt: skip


def _send_digits(context: RequestContext, asked: DigitsRequest) -> SessionInfo:
    wanted = replace(asked, idempotency_key=context.idempotency_key)
    return session_answer(context, calls.send_digits(context.app, context.user, wanted))


OPERATIONS = (
    Operation(
        name="SendDigits",
        description="Sends digits to one party: for a menu or a PIN; nobody else hears them.",
        verbs=("POST",),
        routes=("/sessions/{sessionId}/conference/members/{callSid}/digits",),
        role=Role.USER,
        request_schema=SendDigitsSchema(),
        request_type=DigitsRequest,
        response_schema=SessionInfoSchema(),
        handler=_send_digits,
        is_repeatable=True,
    ),
)
