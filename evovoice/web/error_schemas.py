"""The one shape of every error (C24), as marshmallow schemas."""

from marshmallow import fields

from evovoice.web.answer_schema import AnswerSchema, TextMap
from evovoice.web.formats.described import PLATFORM


class ResponseErrorSchema(AnswerSchema):
    """What is wrong with one field (contract 1.4)."""

    namespace = PLATFORM

    error_code = fields.String(data_key="errorCode")
    field_name = fields.String(data_key="fieldName")
    message = fields.String(data_key="message")
    meta = TextMap(data_key="meta")


class ResponseStatusSchema(AnswerSchema):
    """Why a request was refused (contract 1.4); a stack trace is never sent."""

    namespace = PLATFORM

    error_code = fields.String(data_key="errorCode")
    message = fields.String(data_key="message")
    stack_trace = fields.String(data_key="stackTrace")
    errors = fields.List(fields.Nested(ResponseErrorSchema), data_key="errors")
    meta = TextMap(data_key="meta")


class ErrorResponseSchema(AnswerSchema):
    """Every error (C24)."""

    namespace = PLATFORM

    response_status = fields.Nested(ResponseStatusSchema, data_key="responseStatus")
