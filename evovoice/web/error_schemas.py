"""The one shape of every error (C24), as marshmallow schemas."""

from evovoice.web.answer_fields import part, parts, text, text_map
from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.formats.described import PLATFORM


class ResponseErrorSchema(AnswerSchema):
    """What is wrong with one field (contract 1.4)."""

    namespace = PLATFORM

    error_code = text("errorCode", "Kind of the flaw")
    field_name = text("fieldName", "Field that has it, in PascalCase")
    message = text("message", "The flaw as a sentence")
    meta = text_map("meta", "More facts, by name")


class ResponseStatusSchema(AnswerSchema):
    """Why a request was refused (contract 1.4); a stack trace is never sent."""

    namespace = PLATFORM

    error_code = text("errorCode", "Kind of the error, for programs")
    message = text("message", "What happened and what to do, for people")
    stack_trace = text("stackTrace", "Never sent")
    errors = parts(ResponseErrorSchema, "errors", "One entry for each field that is wrong")
    meta = text_map(
        "meta", "More facts, by name: requestId, AutoBatchIndex, twilioCode, twilioStatus"
    )


class ErrorResponseSchema(AnswerSchema):
    """What every error is answered with (C24)."""

    namespace = PLATFORM

    response_status = part(ResponseStatusSchema, "responseStatus", "Why the request was refused")
