"""The one shape of every error (C24), as marshmallow schemas."""

from evovoice.web.servicestack.formats.described import PLATFORM
from evovoice.web.servicestack.response_fields import nested, nested_list, text, text_map
from evovoice.web.servicestack.response_schema import ResponseSchema


class ResponseErrorSchema(ResponseSchema):
    """What is wrong with one field (contract 1.4)."""

    namespace = PLATFORM

    error_code = text("errorCode", "Kind of the flaw")
    field_name = text("fieldName", "Field that has it, in PascalCase")
    message = text("message", "The flaw as a sentence")
    meta = text_map("meta", "More facts, by name")


class ResponseStatusSchema(ResponseSchema):
    """Why a request was refused (contract 1.4); a stack trace is never sent."""

    namespace = PLATFORM

    error_code = text("errorCode", "Kind of the error, for programs")
    message = text("message", "What happened and what to do, for people")
    stack_trace = text("stackTrace", "Never sent")
    errors = nested_list(ResponseErrorSchema, "errors", "One entry for each field that is wrong")
    meta = text_map(
        "meta", "More facts, by name: requestId, AutoBatchIndex, twilioCode, twilioStatus"
    )


class ErrorResponseSchema(ResponseSchema):
    """What every error is answered with (C24)."""

    namespace = PLATFORM

    response_status = nested(ResponseStatusSchema, "responseStatus", "Why the request was refused")
